import Glibc
import Synchronization
import TestSupport

/// Folders that are removed when the process ends.
final class Folders: Sendable {
    private static let paths = Mutex<[String]>([])

    init() {
        atexit { for path in Folders.paths.withLock({ $0 }) { TemporaryDirectory.remove(path) } }
    }

    func append(_ path: String) {
        Self.paths.withLock { $0.append(path) }
    }
}
