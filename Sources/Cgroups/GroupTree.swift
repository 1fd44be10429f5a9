package import Inventory
internal import OS

/// Where the containers' groups are below one mounted hierarchy, found by looking at all of it.
///
/// The way that always works, also where `/proc` of the host isn't there or shows paths that begin above what this
/// process may see; but one that costs some milliseconds, so it is the second choice.
package struct GroupTree: Sendable {
    /// The path of each container's group, from the root of the hierarchy on, without a slash at its end.
    package private(set) var paths: [ContainerID: String] = [:]

    /// How deep groups may lie, and how many folders are looked at; what is beyond isn't found.
    package static let depthLimit = 10
    package static let folderLimit = 20_000

    /// Looks through everything below `root`; a folder that vanishes meanwhile is passed over.
    package init(below root: String) {
        var waiting: [(path: String, depth: Int)] = [("", 0)]
        var looked = 0
        while let (path, depth) = waiting.popLast(), looked < Self.folderLimit {
            looked += 1
            for name in (try? folderNames(in: root + path, limit: Self.folderLimit)) ?? [] {
                let folder = "\(path)/\(name)"
                if let id = GroupPath.id(inName: name) {
                    // The highest one is the container's; what it made itself lies below and isn't looked at.
                    if paths[id] == nil { paths[id] = folder }
                }
                // Containers in a container (docker in docker) lie below its group.
                if depth + 1 < Self.depthLimit, waiting.count < Self.folderLimit {
                    waiting.append((folder, depth + 1))
                }
            }
        }
    }
}
