import Inventory
import Testing

/// Requirement H9: which addresses of a host stand in each other's way.
@Suite struct `An address of a host` {
    @Test(arguments: [
        ("0.0.0.0", "10.0.0.1", true), ("10.0.0.1", "0.0.0.0", true), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.2", false), ("0.0.0.0", "::", false), ("::", "fd00::1", true),
        ("::", "10.0.0.1", false),
        ("", "10.0.0.1", true), ("fd00::1", "", true), ("", "", true),
        ("fd00::1", "fd00:0:0:0:0:0:0:1", true),
        ("FD00::0001", "fd00::1", true), ("::1", "0.0.0.0", false), ("::ffff:10.0.0.1", "10.0.0.1", true),
        ("fe80::1%eth0", "fe80::1", true), ("0.0.0.0", "0000.0.0.0", false), ("1::2::3", "::", false),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true), ("1:2:3:4:5:6:7", "::", false),
        ("odd", "0.0.0.0", false),
        ("odd", "odd", true), ("odd", "", true), ("::1.2.3.4", "::102:304", true), (":1", "::", false),
        ("1:", "::", false),
        ("1:2:3:4:5:6:7:8::", "::", false), ("256.0.0.1", "0.0.0.0", false), ("1.2.3", "0.0.0.0", false),
    ]) func `overlaps another`(one: String, other: String, overlaps: Bool) {
        #expect(HostAddress(one).overlaps(HostAddress(other)) == overlaps)
        #expect(HostAddress(other).overlaps(HostAddress(one)) == overlaps)
    }
}

/// Requirement B9: at a path, or under it.
@Suite struct `A path and what is under it` {
    @Test(arguments: [
        ("/srv", "/srv", true), ("/srv", "/srv/www", true), ("/srv", "/srv2", false),
        ("/srv", "/srv-2/x", false),
        ("/srv/", "/srv", true), ("//srv//www", "/srv/www/a", true), ("/", "/anything", true),
        ("/", "relative", false),
        ("/srv/www", "/srv", false), ("/srv", "", false), ("/é", "/e\u{301}", false),
    ]) func `holds a path`(prefix: String, path: String, holds: Bool) throws {
        #expect(try #require(PathPrefix(prefix)).holds(path) == holds)
    }

    @Test(arguments: ["", "srv", "./srv", " /srv"]) func `begins with a slash`(text: String) {
        #expect(PathPrefix(text) == nil)
    }
}
