import OS
import Synchronization

/// Counts what is written to connections.
final class Meter: Sendable {
    private let sum = Mutex((count: 0, bytes: 0))

    /// How many writes there were, and their bytes together.
    var written: (count: Int, bytes: Int) { sum.withLock { $0 } }

    func add(_ bytes: Int) {
        sum.withLock { sum in
            sum.count += 1
            sum.bytes += bytes
        }
    }
}

/// Connections whose writes are counted.
struct MeteredConnector: Connector {
    let inner: any Connector
    let meter: Meter

    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        MeteredStream(inner: try await inner.connect(deadline: deadline), meter: meter)
    }
}

private struct MeteredStream: ByteStream {
    let inner: any ByteStream
    let meter: Meter

    func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
        try await inner.read(atMost: limit, deadline: deadline)
    }

    func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError) {
        meter.add(bytes.count)
        try await inner.write(bytes, deadline: deadline)
    }

    func close() {
        inner.close()
    }
}
