import Glibc
import OS
import Synchronization
import TestSupport
import Testing

/// A real dockerd in a network namespace of its own, started by `scripts/lab` for the time of a suite.
struct RealEngine: SuiteTrait, TestScoping {
    /// The Engine of the suite that runs now.
    @TaskLocal static var current: RealEngine.Running?

    /// Whether this machine can run one: root, Linux, Debian's packages.
    static var isPossible: Bool {
        guard geteuid() == 0 else { return false }
        for program in ["/usr/sbin/dockerd", "/usr/bin/docker", "/bin/busybox", lab] {
            guard unsafe access(program, X_OK) == 0 else { return false }
        }
        return true
    }

    private static let started = Atomic(0)

    static let lab = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/scripts/lab"

    /// A lab with one host.
    struct Running: Sendable {
        let prefix: String
        let socket: String

        /// Runs one command of the lab and fails unless it succeeds.
        @discardableResult
        func lab(_ arguments: String...) async throws -> String {
            try await RealEngine.run(arguments + ["--prefix", prefix])
        }
    }

    private static func run(_ arguments: [String]) async throws -> String {
        let finished = try await ProcessFixture.run(lab, arguments, within: .seconds(60))
        guard finished.status == 0 else {
            throw EngineDriver.Refused(description: "lab \(arguments): \(finished.output) \(finished.errors)")
        }
        return finished.output
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent () async throws -> Void
    ) async throws {
        guard Self.isPossible else { return try await function() }
        // Suites run beside each other, each on an Engine of its own.
        let number = Self.started.wrappingAdd(1, ordering: .relaxed).newValue
        let prefix = "bayplan-contract-\(getpid())-\(number)"
        ToolUse.record("dockerd")
        do {
            _ = try await Self.run(["up", "1", "--prefix", prefix])
            let engine = Running(prefix: prefix, socket: "/var/tmp/\(prefix)/h1/docker.sock")
            try await Self.$current.withValue(engine, operation: function)
        } catch {
            _ = try? await Self.run(["down", "--prefix", prefix])
            throw error
        }
        _ = try await Self.run(["down", "--prefix", prefix])
    }
}

extension SuiteTrait where Self == RealEngine {
    /// Starts a real Engine before the suite's first test and takes it away after the last.
    static var realEngine: RealEngine { RealEngine() }
}
