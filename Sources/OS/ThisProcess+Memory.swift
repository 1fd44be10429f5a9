internal import CSystem

extension ThisProcess {
    /// Lets all threads allocate from one heap, which stays smaller than one for each (mallopt(3)).
    ///
    /// For programs that allocate little; to be called before there are threads.
    package static func shareOneHeap() {
        bayplan_one_heap()
    }

    /// Gives free pages of the heap back to the system (malloc_trim(3)).
    package static func trimHeap() {
        bayplan_trim_heap()
    }

    /// Unmaps the pages of the program and its libraries, of which those that are used come back at once.
    ///
    /// What stays away is what only starting needed: the dynamic linker's tables, above all those of OpenSSL. To be called
    /// once, when the program has settled; the pages stay in the system's file cache (madvise(2), MADV_DONTNEED).
    package static func releaseStartPages() {
        bayplan_release_program()
    }
}
