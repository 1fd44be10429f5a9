package import JSON

/// What an Engine says about itself and its machine (`GET /info`).
package struct EngineInfo: Hashable, Sendable {
    /// The Engine's id; cloned machines share it.
    package var id = ""
    /// The machine's host name.
    package var name = ""
    package var serverVersion = ""
    /// Such as `Debian GNU/Linux 12 (bookworm)`.
    package var operatingSystem = ""
    package var osType = ""
    package var architecture = ""
    package var kernelVersion = ""
    /// `1` or `2`; empty when the Engine does not say.
    package var cgroupVersion = ""
    package var cgroupDriver = ""
    package var rootDirectory = ""
    package var cpuCount: Int64 = 0
    /// Bytes.
    package var memory: Int64 = 0
    /// How many containers there are, in any state; nil when the Engine does not say.
    package var containers: Int64?
    package var containersRunning: Int64 = 0
    /// The Engine's own time as it wrote it (RFC 3339), for `since` of the event stream.
    package var systemTime = ""
    /// Such as `name=rootless`.
    package var securityOptions: [String] = []

    package init() {}

    /// Whether the Engine runs as an ordinary user; its containers' addresses then can't be reached.
    package var isRootless: Bool { securityOptions.contains { $0.hasPrefix("name=rootless") } }

    /// Decodes the answer; members that are missing keep their defaults.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "ID": id = try reader.readShort()
            case "Name": name = try reader.readShort()
            case "ServerVersion": serverVersion = try reader.readShort()
            case "OperatingSystem": operatingSystem = try reader.readShort()
            case "OSType": osType = try reader.readShort()
            case "Architecture": architecture = try reader.readShort()
            case "KernelVersion": kernelVersion = try reader.readShort()
            case "CgroupVersion": cgroupVersion = try reader.readShort()
            case "CgroupDriver": cgroupDriver = try reader.readShort()
            case "DockerRootDir": rootDirectory = try reader.readShort()
            case "NCPU": cpuCount = try reader.readInteger()
            case "MemTotal": memory = try reader.readInteger()
            case "Containers": containers = try reader.readInteger()
            case "ContainersRunning": containersRunning = try reader.readInteger()
            case "SystemTime": systemTime = try reader.readShort()
            case "SecurityOptions": securityOptions = try reader.readTexts()
            default: try reader.skip()
            }
        }
        try reader.finish()
    }
}

/// What an Engine says about its version (`GET /version`).
package struct EngineVersion: Hashable, Sendable {
    package var version = ""
    package var apiVersion = ""
    package var minimumAPIVersion = ""
    package var os = ""
    package var architecture = ""
    package var kernelVersion = ""
    /// The names of the parts, `Engine` or `Podman Engine` first.
    package var components: [String] = []

    package init() {}

    /// Whether Podman serves this API.
    package var isPodman: Bool { components.contains { $0.hasPrefix("Podman") } }

    /// Decodes the answer; members that are missing keep their defaults.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "Version": version = try reader.readShort()
            case "ApiVersion": apiVersion = try reader.readShort()
            case "MinAPIVersion": minimumAPIVersion = try reader.readShort()
            case "Os": os = try reader.readShort()
            case "Arch": architecture = try reader.readShort()
            case "KernelVersion": kernelVersion = try reader.readShort()
            case "Components": try readComponents(&reader)
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    private mutating func readComponents(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.readNull() { return }
        try reader.beginArray()
        while try reader.nextElement() {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "Name":
                    let name = try reader.readShort()
                    if components.count < 16 { components.append(name) }
                default: try reader.skip()
                }
            }
        }
    }
}
