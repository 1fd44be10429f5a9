/// Values for several settings under one name, weaker than anything that is said of a setting by itself.
package struct SettingsProfile: Sendable {
    /// What the user calls it.
    package let name: String

    /// Texts by their setting's name.
    package let values: [String: String]

    /// A profile.
    package init(_ name: String, _ values: [String: String]) {
        self.name = name
        self.values = values
    }
}
