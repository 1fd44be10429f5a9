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
}
