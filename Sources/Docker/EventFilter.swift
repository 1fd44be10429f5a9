internal import JSON

/// Which events an Engine is asked for, so that it keeps all others to itself (requirement B15).
///
/// Health checks run as `exec`: on a busy host their events outnumber all others, and none of them is here.
package enum EventFilter {
    /// The kinds of things whose events matter.
    package static let types = ["container", "image", "network", "volume"]

    /// The actions that matter, whichever type they belong to.
    ///
    /// The Engine matches `health_status` with and without
    /// its result. The last line is what Podman calls `die`, `destroy` and `delete`.
    package static let actions = [
        "create", "start", "stop", "restart", "kill", "die", "oom", "pause", "unpause", "rename", "update",
        "destroy",
        "health_status",
        "pull", "push", "tag", "untag", "delete",
        "connect", "disconnect",
        "mount", "unmount",
        "died", "exited", "remove",
    ]

    /// The `filters` parameter of `GET /events`.
    package static let json: String = {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("type") { writer in
                for type in types { writer.string(type) }
            }
            writer.array("event") { writer in
                for action in actions { writer.string(action) }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }()
}
