import OS

extension Connection {
    /// Takes a complete head out of the input; false when nothing can be done before more comes.
    func takeHead(_ now: BootClock.Instant) -> Bool {
        do throws(Refusal) {
            guard case .head(let head, let length) = try parser.parse(input.span.extracting(inputStart...))
            else {
                if inputEnded { phase = .over }
                return false
            }
            inputStart += length
            if case .address = peer { try service.allowList.check(head.authority) }
            if head.expectsContinue, unused < head.contentLength {
                output.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
            deadline = now.advanced(by: service.configuration.timeouts.body)
            phase = .body(head)
        } catch {
            refuse(error, now)
        }
        return true
    }

    /// Hands the request over once its body is complete; false when more must come.
    func takeBody(_ head: RequestHead) -> Bool {
        guard unused >= head.contentLength else {
            if inputEnded { phase = .over }
            return false
        }
        let end = inputStart + head.contentLength
        let body = head.contentLength == 0 ? [] : Array(input[inputStart..<end])
        inputStart = end
        compactInput()
        let request = HTTPServerRequest(
            method: head.method, path: head.path, segments: head.segments, rawQuery: head.rawQuery,
            headers: head.headers, body: body, peer: peer)
        let core = ExchangeCore(
            connection: id, inbox: service.inbox, limit: service.configuration.limits.streamBuffer)
        if inputEnded { core.noticePeerLeft() }
        phase = .exchange(
            Exchange(
                core: core, isHead: head.method == .head, isVersion11: head.isVersion11,
                keepsAlive: head.keepsAlive))
        service.handler.handle(request, HTTPExchange(core))
        return true
    }

    /// Drops the bytes that were used, and the room that a large body took.
    private func compactInput() {
        if inputStart == input.count {
            if input.capacity > 32_768 { input = [] } else { input.removeAll(keepingCapacity: true) }
        } else {
            input.removeFirst(inputStart)
        }
        inputStart = 0
    }
}
