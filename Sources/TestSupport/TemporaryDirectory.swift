internal import Glibc
package import OS

/// A folder that exists for the time of one closure.
package enum TemporaryDirectory {
    /// Makes a folder with a short path, gives it to `body`, and removes it with all its content.
    ///
    /// - Throws: What `body` throws, or why the folder could not be made.
    package static func with<R>(_ body: (String) async throws -> R) async throws -> R {
        let path = try make()
        do {
            let answer = try await body(path)
            remove(path)
            return answer
        } catch {
            remove(path)
            throw error
        }
    }

    /// Makes a folder that the caller removes with `remove`.
    package static func make() throws(FileError) -> String {
        var random = SystemRandom()
        let folder = ThisProcess.environment("TMPDIR") ?? "/tmp"
        let path = "\(folder)/bayplan-\(String(random.next(), radix: 36))"
        try makeDirectories(path)
        return path
    }

    /// Removes a file or folder with everything in it; links are removed, not followed.
    package static func remove(_ path: String) {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            _ = unsafe unlink(path)
            return
        }
        _ = unsafe chmod(path, 0o700)
        for name in names(in: path) { remove("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }

    private static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
