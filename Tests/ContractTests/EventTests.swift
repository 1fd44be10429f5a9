import Docker
import Inventory
import JSON
import Testing
import Watch

/// Events are hints: what they say only tells where to look.
@Suite struct `An event` {
    private static let text = String(repeating: "0123456789abcdef", count: 4)
    private static let id = ContainerID(text)

    private static func event(_ line: String, isCut: Bool = false) throws(JSONError) -> EngineEvent {
        try EngineEvent(parsing: Array(line.utf8), isCut: isCut)
    }

    /// B15.
    @Test func `gives type, action, actor and time`() throws {
        let event = try Self.event(
            """
            {"status":"start","id":"\(Self.text)","from":"bb:1","Type":"container","Action":"start","Actor":{"ID":\
            "\(Self.text)","Attributes":{"container":"no","name":"aa"}},"scope":"local","time":1,"timeNano":1795174387049115352}
            """)
        var expected = EngineEvent(
            type: "container", action: "start", actor: Self.text, container: nil,
            time: 1_795_174_387_049_115_352)
        expected.attributes = ["container": "no", "name": "aa"]
        #expect(event == expected)
    }

    @Test func `gives the container that a network event is about`() throws {
        let event = try Self.event(
            """
            {"Type":"network","Action":"connect","Actor":{"ID":"df0b","Attributes":{"container":"\(Self.text)",\
            "name":"bridge","type":"bridge"}},"scope":"local","time":1795174386,"timeNano":1795174386860346455}
            """)
        #expect(event.container == Self.id)
    }

    /// A 50 MB label makes each event a line of 50 MB, of which only the beginning is kept.
    @Test func `is known by the beginning of a line that was cut`() throws {
        let line =
            "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"\(Self.text)\",\"Attributes\":{\"x\":\"yyy"
        #expect(try Self.event(line, isCut: true).action == "die")
        #expect(throws: JSONError.self) { try Self.event(line) }
        #expect(throws: JSONError.self) { try Self.event("{\"status\":\"die\",\"id\":\"xxxx", isCut: true) }
    }

    @Test(arguments: [
        "", "{}", "null", "{\"Type\":\"container\"}", "{\"Type\":\"container\",\"Action\":\"die\"}x",
    ])
    func `is refused when it is none`(line: String) {
        #expect(throws: JSONError.self) { try Self.event(line) }
    }
}

/// What the event reader notes down.
@Suite struct `Marks of the event reader` {
    private static func id(_ number: UInt64) -> ContainerID { ContainerID(words: (0, 0, 0, number)) }

    private static func container(_ action: String, _ number: UInt64) -> EngineEvent {
        EngineEvent(type: "container", action: action, actor: "\(id(number))")
    }

    /// B15: many events about one container are one mark.
    @Test func `fall together`() {
        var marks = Marks(limit: 10)
        for action in ["create", "start", "health_status: healthy", "kill"] {
            marks.note(Self.container(action, 1))
        }
        #expect(marks.dirty == [Self.id(1)])
        #expect(marks.coalesced == 3)
    }

    @Test func `end with a container's destruction`() {
        var marks = Marks(limit: 10)
        marks.note(Self.container("die", 1))
        marks.note(Self.container("destroy", 1))
        marks.note(EngineEvent(type: "network", action: "disconnect", actor: "n", container: Self.id(1)))
        marks.note(Self.container("remove", 2))
        #expect(marks.dirty.isEmpty)
        #expect(marks.removed == [Self.id(1), Self.id(2)])
    }

    /// Convention 9: bounded; what gives way is named.
    @Test func `become one mark for everything when there are too many`() {
        var marks = Marks(limit: 10)
        for number in 0..<1_000 { marks.note(Self.container("start", UInt64(number))) }
        #expect(marks.isOverflown)
        #expect(marks.dirty.isEmpty)
        for number in 0..<1_000 { marks.note(Self.container("destroy", UInt64(number))) }
        #expect(marks.removed.count == 10)
    }

    /// B15: network and volume events touch only the container they name.
    @Test func `are made only for what an event touches`() {
        var marks = Marks(limit: 10)
        marks.note(EngineEvent(type: "network", action: "create", actor: "n"))
        marks.note(EngineEvent(type: "volume", action: "destroy", actor: "v"))
        marks.note(EngineEvent(type: "image", action: "push", actor: "i"))
        marks.note(EngineEvent(type: "container", action: "start", actor: "not an id"))
        marks.note(EngineEvent(type: "plugin", action: "enable", actor: "p"))
        #expect(marks.isEmpty)
        marks.note(EngineEvent(type: "volume", action: "mount", actor: "v", container: Self.id(3)))
        marks.note(EngineEvent(type: "image", action: "tag", actor: "i"))
        #expect(marks.dirty == [Self.id(3)])
        #expect(marks.isListWanted)
    }

    /// B15: what the Engine keeps to itself.
    @Test func `come from a filter without health-check execs`() throws {
        let filter = try JSONValue(parsing: Array(EventFilter.json.utf8))
        #expect(filter["type"]?.elements?.count == 4)
        let actions = Set((filter["event"]?.elements ?? []).compactMap { $0.string })
        for action in [
            "create", "destroy", "health_status", "oom", "rename", "update", "connect", "mount", "untag",
        ] {
            #expect(actions.contains(action))
        }
        #expect(actions.filter { $0.hasPrefix("exec") || $0 == "top" || $0 == "attach" }.isEmpty)
    }
}
