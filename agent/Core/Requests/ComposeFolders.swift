package import Inventory
import OS

/// The folders below which Compose files may be read for an aggregator, and nothing else.
package struct ComposeFolders: Sendable {
    /// One Compose file of a project, or why it isn't shown.
    package struct File: Hashable, Sendable {
        package let path: String
        package var modifiedAt: Int64 = 0
        package var content = ""
        package var error = ""
    }

    private let folders: [[Substring]]
    /// Files of one project that are read, and bytes of each.
    private static let fileCount = 16
    private static let fileLimit = 1 << 20

    /// These folders, by absolute paths.
    package init(_ folders: [String]) {
        self.folders = folders.map { $0.split(separator: "/") }
    }

    /// Whether nothing may be read.
    package var isEmpty: Bool { folders.isEmpty }

    /// Reads the files that a container's own labels name.
    package func files(of compose: Compose) -> [File] {
        compose.configFiles.prefix(Self.fileCount).map { name in
            read(name.hasPrefix("/") ? name : compose.workingDirectory + "/" + name)
        }
    }

    private func read(_ path: String) -> File {
        var file = File(path: path)
        // What a label says is only a word: whatever isn't plainly below a folder is refused.
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard path.hasPrefix("/"), !parts.contains(".."),
            let folder = folders.first(where: { parts.count > $0.count && parts.starts(with: $0) })
        else {
            file.error =
                "not below a folder that the agent may read Compose files from; add one with `compose-folder` there"
            return file
        }
        do throws(FileError) {
            let found = try ContainedFile(
                in: "/" + folder.joined(separator: "/"), parts.dropFirst(folder.count).map(String.init),
                limit: Self.fileLimit)
            guard let text = String(validating: found.bytes, as: UTF8.self) else {
                file.error = "it is no text in UTF-8"
                return file
            }
            file.content = text
            file.modifiedAt = found.modifiedAt
        } catch {
            file.error = "\(error)"
        }
        return file
    }
}
