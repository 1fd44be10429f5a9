import Dispatch
package import OS
import Synchronization

/// An HTTP/1.1 server on TCP and on a Unix socket: one service thread, everything bounded (requirement A3).
///
/// Own code over epoll(7). libwebsockets 4.1 was tried first: while a peer that has left or that pipelines waits
/// for an answer its service thread spins, a doubled length lets one request hide in another, and what `%2F`
/// was in a path is lost.
package final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let listeners: [Listener]
    private let inbox: ServiceInbox
    private let isRun = Mutex(false)

    /// Binds every address; connections wait until `run`.
    ///
    /// A socket file that nobody listens on is replaced.
    ///
    /// - Throws: `cannotListen`, whose sentence says what to do; nothing stays bound then.
    package init(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) {
        self.configuration = configuration
        do throws(Errno) {
            inbox = try ServiceInbox()
        } catch {
            throw .system(error, doing: "eventfd(2)")
        }
        var listeners: [Listener] = []
        do throws(ListenError) {
            for address in configuration.addresses { listeners.append(try Listener(address)) }
            if let path = configuration.socketPath {
                listeners.append(try Listener(.unix(path), mode: configuration.socketMode))
            }
        } catch {
            throw .cannotListen(error)
        }
        self.listeners = listeners
    }

    /// Where it listens, in the order of the configuration, the Unix socket last; with the ports chosen for 0.
    package var boundAddresses: [SocketAddress] { listeners.map(\.address) }

    /// Serves until `stop` was called, or the task is cancelled, which stops within the `stop` time-out.
    ///
    /// Runs once. The listeners are closed when it returns.
    package func run(_ handler: some HTTPHandler) async throws(HTTPServerError) {
        let isFirst = isRun.withLock { isRun in
            defer { isRun = true }
            return !isRun
        }
        guard isFirst else { throw .alreadyRun }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "http-server").async { [configuration, listeners, inbox] in
                    continuation.resume(returning: Self.serve(configuration, listeners, inbox, handler))
                }
            }
        } onCancel: {
            stop(within: configuration.timeouts.stop)
        }
        try outcome.get()
    }

    /// Closes the doors, lets requests end within the time given, then cuts what is left (requirement B20).
    ///
    /// Returns at once; `run` returns when all is over. May be called again with a shorter time.
    package func stop(within limit: Duration) {
        inbox.stop(within: limit)
    }

    /// Sends the reply at the service thread's next turn, so that a thread that is stuck is noticed.
    package func answerTurn(_ reply: Reply<Void>) {
        inbox.answerTurn(reply)
    }

    private static func serve(
        _ configuration: HTTPServerConfiguration, _ listeners: [Listener], _ inbox: ServiceInbox,
        _ handler: any HTTPHandler
    ) -> Result<Void, HTTPServerError> {
        do throws(Errno) {
            try Service(configuration, listeners: listeners, inbox: inbox, handler: handler).run()
            return .success(())
        } catch {
            return .failure(.system(error, doing: "epoll_create(2)"))
        }
    }
}
