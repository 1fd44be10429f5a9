import Cgroups
import Docker
import Glibc
import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing

/// Rows B13 and B16: on a real Engine, what the files say is what `docker stats` shows.
@Suite(.serialized, .enabled(if: RealHost.isPossible), .timeLimit(.minutes(4)))
struct `What containers use by their files` {
    @Test func `agrees with docker stats`() async throws {
        try await RealHost.with { host in
            let device = try await host.device()
            let throttle =
                device.map { ["--device-read-bps", "\($0):1gb", "--device-write-bps", "\($0):1gb"] } ?? []
            let busy = try await host.run("busy", ["--cpus", "0.5"], "while :; do :; done")
            let memory = try await host.run(
                "memory", ["-m", "256m"],
                "dd if=/dev/zero of=/dev/shm/x bs=1M count=32; dd if=/dev/zero of=/f bs=1M count=40; sleep 1000"
            )
            let blocks = try await host.run(
                "blocks", throttle,
                "dd if=/dev/zero of=/f bs=1M count=8 oflag=direct; dd if=/f of=/dev/null bs=1M iflag=direct; sleep 1000"
            )
            let server = try await host.run(
                "server", [], "dd if=/dev/zero of=/part bs=1M count=5; mv /part /payload; httpd -f -p 80 -h /"
            )
            let address = try await host.docker(
                "inspect", "-f", "{{.NetworkSettings.IPAddress}}", "server")
            let client = try await host.run(
                "client", [],
                "until wget -q -O /dev/null http://\(address)/payload; do sleep 1; done; sleep 1000")
            let wide = try await host.run("wide", ["--network", "host"], "sleep 1000")
            let reader = Reading()
            func read(_ container: RealHost.Running) -> ContainerStats? {
                reader.beginSweep(now: BootClock.now.milliseconds)
                return reader.read(container.subject)
            }
            // Until everything has been moved that is to be moved.
            try await eventually(within: .seconds(60), "what was asked for") {
                (read(client)?.received ?? 0) > 5 << 20 && (read(memory)?.memory ?? 0) > 32 << 20
                    && (read(blocks)?.pids ?? 0) == 1
            }
            try await BootClock().sleep(for: .seconds(1))

            reader.beginSweep(now: BootClock.now.milliseconds)
            let systemBefore = reader.system()
            let system = try #require(systemBefore)
            let before = try #require(read(busy)?.cpuTime)
            let said = try await host.stats()
            let after = try #require(read(busy)?.cpuTime)
            let systemAfter = reader.system()
            let later = try #require(systemAfter)
            let share = try #require(
                CPUShare(used: after, system: later).percent(since: CPUShare(used: before, system: system)))
            // Both measured a second or two of these; the machine is shared.
            let theirs = try #require(said["busy"]?.cpu)
            #expect(abs(Double(share) / 100 - theirs) < 15, "\(share) and \(theirs)")
            #expect(theirs < 65)

            for container in [memory, blocks, server, client, wide] {
                let ours = try #require(read(container))
                let theirs = try #require(said[container.name])
                #expect(theirs.isMemory(ours.memory), "\(container.name): \(ours), \(theirs)")
                #expect(ours.pids == theirs.pids)
                #expect(
                    theirs.isRead(ours.read) && theirs.isWritten(ours.written),
                    "\(container.name): \(ours), \(theirs)")
                if container.name == "wide" {
                    #expect(ours.received == nil && ours.sent == nil)
                } else {
                    #expect(
                        theirs.isReceived(ours.received) && theirs.isSent(ours.sent),
                        "\(container.name): \(ours), \(theirs)")
                }
            }
            #expect(read(memory)?.memoryLimit == 256 << 20 && read(client)?.memoryLimit == 0)
            // The cache of what was written and read is no use of memory.
            #expect((read(memory)?.memory ?? .max) < 60 << 20)
            if device != nil {
                #expect(read(blocks)?.read == 8 << 20 && read(blocks)?.written == 8 << 20)
            }

            // And the Engine's own counters lie between ours, for every container and by the byte.
            let engine = EngineClient(connector: SocketConnector(.unix(host.socket)), name: "the lab's")
            let low = try #require(read(busy)?.cpuTime)
            let sample = try #require(try await engine.stats(busy.id, deadline: .after(.seconds(20))))
            let high = try #require(read(busy)?.cpuTime)
            let used = try #require(sample.stats.cpuTime)
            #expect(low <= used && used <= high)
            let still = try #require(try await engine.stats(client.id, deadline: .after(.seconds(20)))).stats
            let ours = try #require(read(client))
            #expect(still.received == ours.received && still.sent == ours.sent && still.memory == ours.memory)
            #expect(still.read == ours.read && still.written == ours.written && still.pids == ours.pids)

            // Started anew: another process; gone: no sample and no other's.
            let earlier = client.subject
            _ = try await host.docker("restart", "-t", "0", "client")
            reader.endSweep(keeping: [])
            reader.beginSweep(now: BootClock.now.milliseconds)
            #expect(reader.read(earlier)?.received == nil)
            let again = try await host.running("client", client.id)
            #expect(read(again)?.received != nil)
            _ = try await host.docker("rm", "-f", "client")
            #expect(read(again) == nil)
        }
    }
}
