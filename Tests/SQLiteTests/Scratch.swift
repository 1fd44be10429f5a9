import Glibc

/// A folder that is gone when the test lets go of it.
struct Scratch: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/bayplan-sqlite-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template) != nil
        precondition(made, "no temporary folder: errno \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["a.db", "a.db-wal", "a.db-shm", "a.db-journal"] { unsafe unlink(path + "/" + name) }
        unsafe rmdir(path)
    }

    /// The path of the database under test.
    var database: String { path + "/a.db" }

    /// Replaces part of the file, or makes it.
    func write(_ bytes: [UInt8], at offset: Int, of file: String) {
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT, 0o644)
        precondition(descriptor >= 0, "cannot open \(file): errno \(errno)")
        let written = unsafe pwrite(descriptor, bytes, bytes.count, offset)
        precondition(written == bytes.count, "cannot write \(file): errno \(errno)")
        close(descriptor)
    }
}

extension Scratch {
    /// Whether something has this name.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
