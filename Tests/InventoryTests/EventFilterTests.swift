import Inventory
import Testing

/// B15: the filters of `docker events`, with the Engine's meanings.
@Suite struct `The filters of events` {
    private static func filters(_ texts: String...) throws -> EventFilters {
        var filters = EventFilters()
        for text in texts { try filters.add(text) }
        return filters
    }

    private static let start = (
        "container", "start", "4c01db0b339c",
        ["image": "registry:5000/web:2", "name": "shop-web-1", "app": "web", "tier": ""]
    )
    private static let pull = ("image", "pull", "alpine:3", ["name": "alpine:3"])
    private static let connect = (
        "network", "connect", "df0b77", ["container": "4c01db0b339c", "name": "back"]
    )

    private static func fits(
        _ filters: EventFilters, _ event: (String, String, String, [String: String])
    ) -> Bool {
        filters.matches(type: event.0, action: event.1, actor: event.2, attributes: event.3)
    }

    @Test(arguments: [
        "container=4c01", "container=shop-web-1", "container=shop", "event=start", "type=container",
        "image=registry:5000/web", "image=registry:5000/web:2", "label=app", "label=app=web", "label=tier=",
        "scope=local", "TYPE= container ",
    ])
    func `find a container's event`(filter: String) throws {
        #expect(Self.fits(try Self.filters(filter), Self.start))
    }

    @Test(arguments: [
        "container=web", "event=star", "type=image", "image=web", "image=registry", "label=app=we",
        "label=nothing",
        "network=shop", "volume=x", "scope=swarm",
    ])
    func `leave a container's event out`(filter: String) throws {
        // docker's `network` and `volume` look at the actor of any event, so `shop` is found by its name.
        let isNamed = filter == "network=shop"
        #expect(Self.fits(try Self.filters(filter), Self.start) == isNamed)
    }

    @Test func `must all hold, and of one key any`() throws {
        #expect(Self.fits(try Self.filters("event=die", "event=start", "type=container"), Self.start))
        #expect(!Self.fits(try Self.filters("event=start", "type=image"), Self.start))
        #expect(!Self.fits(try Self.filters("label=app=web", "label=app=shop"), Self.start))
    }

    @Test func `know images and networks by name`() throws {
        #expect(Self.fits(try Self.filters("image=alpine"), Self.pull))
        #expect(!Self.fits(try Self.filters("image=alp"), Self.pull))
        #expect(Self.fits(try Self.filters("network=back"), Self.connect))
        #expect(!Self.fits(try Self.filters("container=4c01"), Self.connect), "as with docker")
    }

    @Test func `take every result of a health check for its kind`() throws {
        let healthy = ("container", "health_status: healthy", "ab", ["name": "x"])
        #expect(Self.fits(try Self.filters("event=health_status"), healthy))
        #expect(Self.fits(try Self.filters("event=health_status: healthy"), healthy))
        #expect(!Self.fits(try Self.filters("event=health"), healthy))
    }

    @Test(arguments: ["nothing", "daemon=x", "=x", "type=", "label==x", "node=a"])
    func `are refused with what is known`(filter: String) {
        #expect(throws: FilterError.self) { _ = try Self.filters(filter) }
    }

    @Test func `are bounded`() {
        #expect(throws: FilterError.self) {
            var filters = EventFilters()
            for number in 0...100 { try filters.add("label=l\(number)") }
        }
    }
}
