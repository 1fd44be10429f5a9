import Dispatch
import Glibc
import Inventory
import Journal
import OS
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct `A journal that is cut off` {
    /// A2, A6: at whatever instant the process ends, the file holds every acknowledged set, whole, in order, once.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `holds at any instant what was acknowledged, each set whole`(seed: UInt64) async throws {
        try await Lab.with { lab in
            let camera = Camera(lab: lab, seed: seed)
            var source = ChangeSource(seed: seed)
            var model = Model()
            // The state of each host after each of its versions.
            var states: [HostKey: [[ContainerID: EncodedContainer]]] = [:]
            let journal = try await lab.open { settings in
                settings.coalesceAbove = 20
                settings.rowsPerCommit = 6
                settings.foldAbove = 15
                settings.foldSlice = 3
                settings.checkpointPages = 10
                settings.fault = { _ in
                    camera.look()
                    return nil
                }
            }
            for round in 0..<150 {
                let key = host(UInt32.random(in: 1...3, using: &source.random))
                let changes = source.changes(of: model.hosts[key] ?? [:], from: 1...9)
                if model.hosts[key] == nil { model.hosts[key] = [:] }
                for change in changes { model.apply(change, to: key) }
                states[key, default: [[:]]].append(model.hosts[key] ?? [:])
                journal.append(
                    JournalEntry(
                        host: key, id: name("host-\(key)"), changes: changes,
                        cursor: cursor(Int64((states[key]?.count ?? 1) - 1)), at: lab.now))
                if round % 10 == 0 { try await journal.settle() }
            }
            await journal.maintain()
            let events = lab.events
            await journal.close(within: .seconds(5))
            let pictures = camera.pictures
            #expect(pictures.count > 20)
            for picture in pictures {
                let copy = try await Lab(picture.folder).open(seed: seed + 100)
                let count = copy.current.number
                #expect(copy.setAside == nil)
                #expect(count >= picture.revision)
                #expect(try await copy.allChanges(after: 0) == Array(events.prefix(Int(count))))
                let contents = try copy.contents()
                for row in try copy.hosts() {
                    let version = try #require(row.cursor?.version)
                    #expect(version >= picture.versions[row.key] ?? 0)
                    #expect(contents[row.key] == states[row.key]?[Int(version)])
                }
                #expect(picture.versions.keys.allSatisfy { contents[$0] != nil })
                await copy.close(within: .seconds(5))
            }
        }
    }

    /// A6: a process that is killed with SIGKILL has lost nothing that it had acknowledged.
    @Test func `has everything after a kill that it had acknowledged`() async throws {
        try await Lab.with { lab in
            let folder = lab.folder + "-killed"
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                try await Victim.live(in: folder)
            }
            let acknowledged =
                Int64(
                    String(decoding: try readFile(folder + "-acknowledged", limit: 1 << 20), as: UTF8.self)
                        .split(separator: "\n").last ?? "") ?? -1
            #expect(acknowledged >= 100)
            let journal = try await Lab(folder).open(seed: 2)
            let version = try #require(try journal.hosts().first?.cursor?.version)
            #expect(version >= acknowledged)
            #expect(journal.current.number == version * 2)
            #expect(try journal.contents()[host(1)]?[container(1)]?[.status] == bytes("{\(version)}"))
            #expect(try journal.contents()[host(1)]?[container(2)]?[.status] == bytes("{\(version)}"))
            await journal.close(within: .seconds(5))
        }
    }
}

/// A process that writes until it is killed by itself, at an instant that nobody chose.
private enum Victim {
    static func live(in folder: String) async throws {
        let file = unsafe open(folder + "-acknowledged", O_WRONLY | O_CREAT | O_APPEND, mode_t(0o600))
        let journal = try await Journal(
            in: DataDirectory(folder), settings: JournalSettings(),
            onCommit: { report in
                guard let version = report.hosts.first?.cursor?.version else { return }
                let line = Array("\(version)\n".utf8)
                _ = unsafe write(file, line, line.count)
            })
        var version: Int64 = 0
        DispatchQueue.global().async {
            while journal.current.number < 400 { usleep(500) }
            usleep(UInt32.random(in: 0...20_000))
            kill(getpid(), SIGKILL)
        }
        while true {
            version += 1
            journal.append(
                JournalEntry(
                    host: host(1), id: name("a"),
                    changes: (1...2).map { .put(container($0), status: "{\(version)}", config: "{}") },
                    cursor: cursor(version), at: 1))
            while journal.statistics.waitingRows > 8 { usleep(50) }
        }
    }
}

/// Copies the file on the journal's own thread, where nothing is half written: just as a crash would leave it.
private final class Camera: Sendable {
    struct Picture {
        let folder: String
        /// What was acknowledged by then.
        let revision: Int64
        let versions: [HostKey: Int64]
    }

    private let lab: Lab
    private let state: Mutex<(random: SplitMix64, pictures: [Picture])>

    init(lab: Lab, seed: UInt64) {
        self.lab = lab
        state = Mutex((SplitMix64(seed: seed), []))
    }

    var pictures: [Picture] { state.withLock { $0.pictures } }

    func look() {
        let reports = lab.commits
        state.withLock { state in
            guard Int.random(in: 0..<5, using: &state.random) == 0, state.pictures.count < 60 else { return }
            var versions: [HostKey: Int64] = [:]
            for host in reports.flatMap(\.hosts) {
                if let cursor = host.cursor { versions[host.host] = cursor.version }
            }
            let folder = "\(lab.folder)-\(state.pictures.count)"
            guard (try? copyDatabase(from: lab.folder, to: folder)) != nil else { return }
            state.pictures.append(
                Picture(folder: folder, revision: reports.last?.revision.number ?? 0, versions: versions))
        }
    }
}
