/// A bind mount, volume or other file system inside a container, as `docker inspect` lists it.
package struct Mount: Hashable, Sendable {
    /// The kind, such as `bind`, `volume` or `tmpfs`.
    package var type: String
    /// The volume's name; empty for binds.
    package var name = ""
    /// The path on the host.
    package var source = ""
    /// The path in the container.
    package var destination: String
    /// The volume's driver.
    package var driver = ""
    /// Options as given, such as `z` or `ro`.
    package var mode = ""
    package var isWritable = false
    package var propagation = ""

    package init(type: String, destination: String) {
        self.type = type
        self.destination = destination
    }
}

/// What may be known of an environment variable away from its host (requirement H5).
package enum EnvironmentValue: Hashable, Sendable {
    /// The policy shows this value.
    case value(String)
    /// 16 hexadecimal digits, keyed with a secret of the host: equal values on one host give equal digests.
    case digest(String)
}

/// When the Engine starts a container again by itself.
package struct RestartPolicy: Hashable, Sendable {
    /// `no`, `always`, `on-failure`, `unless-stopped`.
    package var name: String
    package var maximumRetryCount: Int64

    package init(name: String = "", maximumRetryCount: Int64 = 0) {
        self.name = name
        self.maximumRetryCount = maximumRetryCount
    }
}

/// Something that was too large to send whole: how long it was, and a keyed digest to see a change by.
package struct Truncation: Hashable, Sendable {
    /// Bytes of a value, or members of a map.
    package var length: Int64
    package var digest: String

    package init(length: Int64, digest: String) {
        self.length = length
        self.digest = digest
    }
}

/// The `config` facet: what a container was made with.
///
/// Lists that the Engine gives unordered are sorted.
package struct Config: Hashable, Sendable {
    /// The name without the leading slash.
    package var name: String
    /// The image as `docker ps` shows it: the reference it was made from, or the image's id once that reference moved.
    package var image = ""
    /// The image's id, `sha256:` and 64 hexadecimal digits.
    package var imageID = ""
    /// Milliseconds since 1970.
    package var created: Int64 = 0
    package var entrypoint: [String] = []
    package var command: [String] = []
    package var labels: [String: String] = [:]
    package var environment: [String: EnvironmentValue] = [:]
    package var hostname = ""
    package var user = ""
    package var workingDirectory = ""
    package var restartPolicy = RestartPolicy()
    /// Sorted by destination.
    package var mounts: [Mount] = []
    /// Legacy links, as `/db:/web/db`.
    package var links: [String] = []
    /// Ports of the host that it is published at whenever it runs, sorted; those that the Engine chooses are left out.
    package var portBindings: [Port] = []
    package var logDriver = ""
    /// Bytes; 0 = unlimited.
    package var memoryLimit: Int64 = 0
    /// What was cut, by its path, such as `labels` or `labels.com.example.key`.
    package var truncated: [String: Truncation] = [:]

    package init(name: String) {
        self.name = name
    }
}
