import OS
import Testing

@Suite struct `A socket address` {
    @Test(arguments: [
        "127.0.0.1:4680", "[::1]:4680", ":4681", "host.name:4680", "unix:///run/bayplan/api.sock",
        "unix://@abstract",
        "[2001:db8::7]:1", "0.0.0.0:65535", "node_1-a:0", "[fe80::1%eth0]:4680",
    ])
    func `is shown as it was written`(text: String) throws {
        #expect(try SocketAddress(text).description == text)
    }

    @Test func `knows what it is`() throws {
        #expect(try SocketAddress(":4681") == .every(port: 4_681))
        #expect(try SocketAddress("host.name:1") == .host("host.name", port: 1))
        #expect(try SocketAddress("unix:/a") == .unix("/a"))
        #expect(try SocketAddress("127.9.9.9:1").isLocal)
        #expect(try SocketAddress("[::1]:1").isLocal)
        #expect(try !SocketAddress("10.0.0.1:1").isLocal)
        #expect(try SocketAddress("[::ffff:10.0.0.1]:1").description == "10.0.0.1:1")
        #expect(IPAddress("::ffff:1.2.3.4") == IPAddress("1.2.3.4"))
    }

    @Test(arguments: [
        "", "4680", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:4680",
        "[::1:4680", "[127.0.0.1]:1", "a b:1", "tcp://a:1", "unix://relative", "unix://", "a:1\n", "a/b:1",
        "[]:1",
        "127.0.0.1:99999999999999999999", "unix:///" + String(repeating: "x", count: 107),
    ])
    func `says what is wrong with another text and what to write`(text: String) {
        let error = #expect(throws: AddressError.self) { try SocketAddress(text) }
        #expect(error?.sentence.contains("write an address as 127.0.0.1:4680") == true)
        #expect(error?.sentence.contains("\n") == false)
    }
}
