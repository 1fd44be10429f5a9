import Docker
import Inventory
import OS
import Wire

extension RequestDesk {
    /// Lets aggregators read containers' logs (requirement B13).
    ///
    /// The answer has the Engine's own format of several streams, also where the container has a terminal; it is read
    /// from the Engine as fast as the aggregator takes it. The request's time is for each piece, unless the log is
    /// followed: then only for the first.
    func serveLogs(_ engine: EngineClient) {
        serve(
            Operation.logs,
            Deed(isTimed: false) { request, writer throws(RequestFailure) in
                guard let id = request.container else {
                    throw RequestFailure(AgentReply.Failure.unsupported, "a log is one container's; name it")
                }
                let question = try LogQuestion(options: request.options)
                let limit = Duration.milliseconds(request.timeout)
                let log: LogStream
                do throws(DockerError) {
                    log = try await engine.logs(of: id, question, deadline: .after(limit))
                } catch {
                    throw RequestFailure(ofLog: error)
                }
                defer { log.close() }
                writer.begin()
                try await Self.pass(log, to: writer, each: question.follows ? nil : limit)
            })
    }

    private static func pass(
        _ log: LogStream, to writer: ReplyWriter, each limit: Duration?
    ) async throws(RequestFailure) {
        var frames = LogFrames()
        while let bytes = try await next(of: log, limit) {
            guard !log.isTerminal else {
                try await writer.send(LogFrames.head(of: .output, count: bytes.count) + bytes)
                continue
            }
            do throws(LogFrames.Malformed) {
                try frames.check(bytes)
            } catch {
                throw RequestFailure(
                    AgentReply.Failure.failed,
                    "its Engine sent a log that is none: \(error.head) where a piece should begin. Look at it there with "
                        + "`docker logs`")
            }
            try await writer.send(bytes)
        }
        guard frames.isBetween else {
            throw RequestFailure(
                AgentReply.Failure.failed,
                "its Engine broke off in the middle of a line; ask again for the rest")
        }
    }

    private static func next(of log: LogStream, _ limit: Duration?) async throws(RequestFailure) -> [UInt8]? {
        do throws(DockerError) {
            return try await log.next(deadline: limit.map { .after($0) } ?? .never)
        } catch {
            throw RequestFailure(error)
        }
    }
}

extension LogQuestion {
    /// Reads a request's options; one that isn't known could mean anything, so it is refused.
    init(options: [String: String]) throws(RequestFailure) {
        self.init(tail: nil)
        for (name, value) in options {
            switch name {
            case "tail" where value == "all": tail = nil
            case "tail":
                guard let lines = Int(value), (0...1_000_000_000).contains(lines) else {
                    throw Self.unreadable(name)
                }
                tail = lines
            case "since" where Self.isTime(value): since = value
            case "until" where Self.isTime(value): until = value
            case "timestamps": hasTimes = value == "1"
            case "follow": follows = value == "1"
            case "stdout": hasOutput = value != "0"
            case "stderr": hasErrors = value != "0"
            default: throw Self.unreadable(name)
            }
        }
    }

    /// Seconds since 1970, perhaps with a fraction of up to nine digits.
    private static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.indices.allSatisfy { index in
            (1...(index == 0 ? 12 : 9)).contains(parts[index].utf8.count)
                && parts[index].utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    private static func unreadable(_ name: String) -> RequestFailure {
        RequestFailure(
            AgentReply.Failure.unsupported,
            "this agent can't read the option `\(name.prefix(64))` of a log; update it")
    }
}

extension RequestFailure {
    /// What the Engine had to say of a log, with what to do where its driver can't be read.
    fileprivate init(ofLog error: DockerError) {
        guard case .status(_, let message) = error.kind, message.contains("does not support reading") else {
            self.init(error)
            return
        }
        self.init(
            AgentReply.Failure.failed,
            "the container's logging driver can't be read (\(message)); look where that driver writes to, or give the "
                + "container another one, such as `local`")
    }
}
