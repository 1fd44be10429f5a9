import Inventory
import JSON

/// A container as `docker ps --format '{{json .}}'` prints it, with docker's own keys, and `Host`.
enum DockerObject {
    /// The fields that it needs.
    static let fields = """
        host,hostName,id,name,status.state,status.startedAt,status.finishedAt,status.exitCode,status.health,\
        network.ports,network.networks,config.image,config.created,\
        config.command,config.entrypoint,config.labels,config.mounts
        """

    /// One line with its end.
    static func line(_ row: ContainerRow, now: Int64, isWhole: Bool) -> [UInt8] {
        var line = JSONWriter(capacity: 1024)
        line.object { line in
            line.member(
                "Command", commandText(entrypoint: row.entrypoint, command: row.command, isWhole: isWhole))
            line.member("CreatedAt", goTime(milliseconds: row.created))
            line.member("Host", row.hostTitle)
            line.member("ID", isWhole ? row.id : row.shortID)
            line.member("Image", imageText(row.image, isWhole: isWhole))
            line.member("Labels", labels(row))
            line.member("LocalVolumes", "\(row.mounts.count { $0.driver == "local" })")
            line.member("Mounts", mounts(row, isWhole: isWhole))
            line.member("Names", row.name)
            line.member("Networks", row.networks.sorted().joined(separator: ","))
            line.member("Ports", portsText(row.ports))
            line.member("RunningFor", row.age(now: now))
            // docker asks the Engine for sizes only with -s; without, it prints this.
            line.member("Size", "0B")
            line.member("State", row.status.state.rawValue)
            line.member("Status", statusText(row.status, now: now))
        }
        line.newline()
        return line.bytes
    }

    private static func labels(_ row: ContainerRow) -> String {
        let sorted = row.labels.sorted { $0.name < $1.name }
        return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }

    private static func mounts(_ row: ContainerRow, isWhole: Bool) -> String {
        let names = row.mounts.map { $0.name.isEmpty ? $0.source : $0.name }
        return names.map { isWhole ? $0 : ellipsis($0, width: 15) }.joined(separator: ",")
    }
}
