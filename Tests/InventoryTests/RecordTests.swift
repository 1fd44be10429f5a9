import Inventory
import Testing

@Suite struct `A container's record` {
    @Test func `sorts ports by number, protocol, address, then host port`() {
        let ports = [
            Port(privatePort: 80, publicPort: 8_081, ip: "0.0.0.0"), Port(privatePort: 80),
            Port(privatePort: 80, publicPort: 8_080, ip: "::"), Port(privatePort: 53, type: "udp"),
            Port(privatePort: 53), Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0"),
        ]
        let sorted = ports.sorted().map { "\($0.privatePort)/\($0.type) \($0.ip) \($0.publicPort)" }
        #expect(
            sorted == [
                "53/tcp  0", "53/udp  0", "80/tcp  0", "80/tcp 0.0.0.0 8080", "80/tcp 0.0.0.0 8081",
                "80/tcp :: 8080",
            ])
    }

    @Test func `has a live state exactly while a process of it exists`() {
        let live = [ContainerState.running, .paused, .restarting]
        let others = [
            ContainerState.created, .removing, .exited, .dead, ContainerState(rawValue: "hibernating"),
        ]
        #expect(live.filter(\.isLive) == live)
        #expect(others.filter(\.isLive).isEmpty)
    }

    @Test func `has a place of its own for each facet`() {
        #expect(Facet.allCases.map(\.index) == [0, 1, 2, 3])
        #expect(Facet.allCases.map(\.rawValue) == ["status", "network", "config", "compose"])
        #expect(Facet.count == 4)
    }
}
