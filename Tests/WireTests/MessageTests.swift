import Inventory
import JSON
import Testing
import Wire

/// Requirements A5, A8: what a peer says is read with members that nobody here knows, and written in one form.
@Suite struct `A message` {
    @Test(arguments: GoldenMessages.all) func `reads what it writes`(golden: GoldenMessages.Named) throws {
        #expect(try Message(parsing: golden.message.body) == golden.message)
    }

    @Test(arguments: GoldenMessages.all)
    func `passes over members that a later version adds, wherever they stand`(golden: GoldenMessages.Named)
        throws
    {
        let text = String(decoding: golden.message.body, as: UTF8.self)
        let unknown = #""x-later":{"deep":[1,{"more":null}],"text":"\u00e9\ud83d\ude00"}"#
        let first = "{" + unknown + "," + text.dropFirst()
        let last = text.dropLast() + "," + unknown + "}"
        #expect(try Message(first) == golden.message)
        #expect(try Message(String(last)) == golden.message)
    }

    @Test(arguments: GoldenMessages.all)
    func `finds its type wherever it stands`(golden: GoldenMessages.Named) throws {
        guard case .object(let members) = try JSONValue(parsing: golden.message.body) else { return }
        let turned = JSONValue.object(Array(members[1...]) + [members[0]])
        #expect(try Message(parsing: turned.encoded) == golden.message)
    }

    @Test func `of a type that is not known keeps only the type`() throws {
        let message = try Message(#"{"omens":[{"id":"x","cpu":0.5}],"type":"prophecy"}"#)
        #expect(message == .unknown(type: "prophecy"))
    }

    @Test func `of a type that is not known is checked all the same`() {
        #expect(throws: JSONError.self) { try Message(#"{"type":"prophecy","a":1,"a":2}"#) }
        #expect(throws: JSONError.self) { try Message(#"{"type":"prophecy","a":tru}"#) }
    }

    @Test func `keeps a facet's bytes as they came, members that are not known among them`() throws {
        let id = Sample.id(1)
        let facet = #"{ "state":"running", "later":{"x":1.50},"pid" : 7}"#
        let message = try Message(
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(id)","status": \#(facet) ,"later":1}]}"#
        )
        guard case .delta(let delta) = message, case .put(let facets)? = delta.changes.first?.kind else {
            Issue.record("not a delta with one put")
            return
        }
        #expect(facets.status == .value(Array(facet.utf8)))
        #expect(facets.network == .untouched)
        #expect(message.body.count < facet.utf8.count + 170)
        #expect(try Message(parsing: message.body) == message)
    }

    @Test func `tells a facet that is gone from one that wasn't touched`() throws {
        let id = Sample.id(1)
        let message = try Message(
            #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(id)","compose":null}]}"#)
        guard case .delta(let delta) = message, case .put(let facets)? = delta.changes.first?.kind else {
            Issue.record("not a delta with one put")
            return
        }
        #expect(facets.compose == .deleted)
        #expect(facets.status == .untouched)
    }

    @Test func `says in at most a few words which type it didn't know`() throws {
        let long = String(repeating: "\u{7F}", count: (16 << 20) - 11)
        let answer = Message.error(PeerError(unknownType: long))
        #expect(answer.frame.count < 1_000)
        let cut = Message.error(PeerError(unknownType: String(repeating: "é", count: 40) + "x"))
        #expect(try Message(parsing: cut.body) == cut)
    }

    @Test func `takes the default for what was left out`() throws {
        #expect(
            try Message(#"{"type":"refused"}"#) == .refused(Refusal(code: "", message: "", retry: false)))
        #expect(try Message(#"{"type":"offer"}"#) == .offer(Sample.nothing))
        #expect(try Message(#"{"type":"heartbeat"}"#) == .heartbeat(Heartbeat(now: 0)))
    }

    @Test func `takes a null digest in an offer as none`() throws {
        #expect(
            try Message(#"{"type":"offer","version":3,"floor":1,"digest":null,"count":2}"#)
                == .offer(Offer(version: 3, floor: 1, digest: nil, count: 2)))
    }

    @Test func `takes the largest integer that every reader keeps and none beyond`() throws {
        #expect(
            try Message(#"{"type":"ack","frames":9007199254740991,"applied":0,"durable":0}"#)
                == .ack(Acknowledgement(frames: 9_007_199_254_740_991, applied: 0, durable: 0)))
        #expect(throws: JSONError.self) { try Message(#"{"type":"ack","frames":9007199254740992}"#) }
        #expect(throws: JSONError.self) { try Message(#"{"type":"ack","frames":-1}"#) }
        #expect(throws: JSONError.self) { try Message(#"{"type":"ack","frames":1.0}"#) }
    }

    @Test(arguments: [
        #"{"open":"resume"}"#, #"{"open":"manifest"}"#, #"{"open":"later","from":1,"resync":1}"#, "{}",
    ])
    func `refuses an opening that it can't follow`(members: String) {
        #expect(throws: JSONError.self) { try Message(#"{"type":"open","# + members.dropFirst()) }
    }

    @Test(arguments: [
        #""protocols":[]"#, #""host":{"id":"-x"}"#, #""host":{"name":"x"}"#, #""epoch":"12""#,
        #""digestKey":"""#,
        #""instance":{"id":"00","secret":"11"}"#,
    ])
    func `refuses a hello without what it must name`(member: String) throws {
        let name = try #require(member.split(separator: ":").first.map { $0.dropFirst().dropLast() })
        let hello = try JSONValue(parsing: Message.hello(Sample.hello(Sample.nothing)).body)
        let rest = (hello.members ?? []).filter { $0.name != name }
        #expect(throws: Never.self) { try Message(parsing: hello.encoded) }
        #expect(throws: JSONError.self) { try Message(parsing: JSONValue.object(rest).encoded) }
        let text =
            String(decoding: JSONValue.object(rest).encoded, as: UTF8.self).dropLast() + "," + member + "}"
        #expect(throws: JSONError.self) { try Message(String(text)) }
    }

    @Test(arguments: [
        #"{"protocol":1,"session":1,"window":{"frames":1,"bytes":1},"open":"wait"}"#,
        #"{"protocol":1,"session":1,"heartbeat":2000,"open":"wait"}"#,
        #"{"protocol":1,"session":1,"heartbeat":2000,"window":{"frames":0,"bytes":1},"open":"wait"}"#,
        #"{"protocol":1,"session":1,"heartbeat":9,"window":{"frames":1,"bytes":1},"open":"wait"}"#,
        #"{"protocol":1,"session":1,"heartbeat":3600001,"window":{"frames":1,"bytes":1},"open":"wait"}"#,
    ])
    func `refuses a welcome that no session can be held by`(members: String) {
        #expect(throws: JSONError.self) { try Message(#"{"type":"welcome","# + members.dropFirst()) }
    }
}
