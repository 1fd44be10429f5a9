// A misspelt feature name in the manifest is accepted in silence, so one file in the package asks for each.
#if !hasFeature(ExistentialAny)
    #error("ExistentialAny is off: look at the settings in Package.swift")
#endif
#if !hasFeature(InternalImportsByDefault)
    #error("InternalImportsByDefault is off: look at the settings in Package.swift")
#endif
#if !hasFeature(MemberImportVisibility)
    #error("MemberImportVisibility is off: look at the settings in Package.swift")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
    #error("NonisolatedNonsendingByDefault is off: look at the settings in Package.swift")
#endif
#if !hasFeature(InferIsolatedConformances)
    #error("InferIsolatedConformances is off: look at the settings in Package.swift")
#endif
#if !hasFeature(ImmutableWeakCaptures)
    #error("ImmutableWeakCaptures is off: look at the settings in Package.swift")
#endif
#if !hasFeature(StrictMemorySafety)
    #error("StrictMemorySafety is off: look at the settings in Package.swift")
#endif
