import CSQLite

/// Stops what a connection is doing, from another thread (sqlite3_interrupt).
///
/// A check of a whole file is one step of SQLite's machine, so that no time limit is looked at while it runs.
package struct Interruption: @unchecked Sendable {
    // SAFETY: only sqlite3_interrupt is called, which may come from any thread while the connection is open, and the
    // connection is open as long as this holds its handle.
    private let handle: DatabaseHandle

    init(_ handle: DatabaseHandle) {
        self.handle = handle
    }

    /// Ends what runs now with `isInterrupted`; does nothing when nothing runs.
    package func callAsFunction() {
        unsafe sqlite3_interrupt(handle.pointer)
    }
}
