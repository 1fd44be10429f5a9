import Dispatch
import OS
import TestSupport
import Testing

/// The recipe for a door of many connections: one actor on one queue, whose sources call back on the actor.
private actor EchoDoor {
    private let executor = QueueExecutor(label: "test.door")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let listener: Listener
    private var acceptSource: (any DispatchSourceRead)?
    private var connections: [Int: Connection] = [:]
    private var nextID = 0

    private final class Connection {
        let descriptor: Descriptor
        let source: any DispatchSourceRead

        init(_ descriptor: consuming Descriptor, queue: DispatchQueue) {
            source = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: queue)
            self.descriptor = descriptor
        }
    }

    init(_ listener: Listener) {
        self.listener = listener
    }

    var count: Int { connections.count }

    func open() {
        let source = DispatchSource.makeReadSource(fileDescriptor: listener.number, queue: executor.queue)
        source.setEventHandler { [weak self] in
            self?.assumeIsolated { $0.accept() }
        }
        source.setCancelHandler { [listener] in listener.close() }
        source.activate()
        acceptSource = source
    }

    func close() {
        acceptSource?.cancel()
        for connection in connections.values { connection.source.cancel() }
        connections = [:]
    }

    private func accept() {
        while let accepted = try? listener.accept() {
            nextID += 1
            let id = nextID
            let connection = Connection(accepted.descriptor, queue: executor.queue)
            connection.source.setEventHandler { [weak self] in
                self?.assumeIsolated { $0.echo(id) }
            }
            connection.source.activate()
            connections[id] = connection
        }
    }

    private func echo(_ id: Int) {
        guard let connection = connections[id] else { return }
        var bytes: [UInt8] = []
        switch try? connection.descriptor.readSome(atMost: 4_096, appendingTo: &bytes) {
        case .count: _ = try? connection.descriptor.writeSome(bytes)
        case .wouldBlock: break
        case .end, nil:
            connection.source.cancel()
            connections[id] = nil
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `An actor on a queue` {
    @Test func `serves many connections with Dispatch sources that are isolated to it`() async throws {
        let listener = try Listener(SocketAddress("127.0.0.1:0"))
        let door = EchoDoor(listener)
        await door.open()
        let address = listener.address
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    let stream = try await SocketConnector(address).connect(deadline: .after(.seconds(5)))
                    let message = Array("hello \(index)".utf8)
                    try await stream.write(message, deadline: .after(.seconds(5)))
                    var answer: [UInt8] = []
                    while answer.count < message.count {
                        answer += try await stream.read(atMost: 100, deadline: .after(.seconds(5)))
                    }
                    #expect(answer == message)
                    stream.close()
                }
            }
            try await group.waitForAll()
        }
        try await eventually("the door to have no connection") { await door.count == 0 }
        await door.close()
    }

    @Test func `knows whether it is on its queue`() {
        let executor = QueueExecutor(label: "test.queue")
        #expect(executor.isIsolatingCurrentContext() == false)
        let isIsolated = executor.queue.sync { executor.isIsolatingCurrentContext() }
        #expect(isIsolated == true)
        executor.queue.sync { executor.checkIsolated() }
    }
}
