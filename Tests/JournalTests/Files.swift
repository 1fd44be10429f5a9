import Glibc
import OS

/// Copies the fleet's database with its log, as a crash would leave them; nobody may write meanwhile.
func copyDatabase(from folder: String, to copy: String) throws {
    try makeDirectories(copy)
    for name in ["fleet.db", "fleet.db-wal"] where fileExists("\(folder)/\(name)") {
        try writeFileAtomically("\(copy)/\(name)", try readFile("\(folder)/\(name)", limit: 1 << 30))
    }
}

/// Overwrites part of a file.
func damage(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
    var content = try readFile(path, limit: 1 << 30)
    for (place, byte) in bytes.enumerated() where offset + place < content.count {
        content[offset + place] = byte
    }
    try writeFileAtomically(path, content)
}

/// The names in a folder.
func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
