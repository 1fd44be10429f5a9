import JSON
import TestSupport
import Testing

@Suite struct `A reader's limits` {
    @Test func `holds the depth, for objects and arrays together`() {
        let limits = JSONLimits(depth: 4)
        #expect(refusal("[[{\"a\":[]}]]", limits: limits) == nil)
        #expect(refusal("[[{\"a\":[[]]}]]", limits: limits) == JSONError(.tooDeep, at: 8))
        #expect(skipRefusal(Array("[[{\"a\":[{}]}]]".utf8), limits: limits) == JSONError(.tooDeep, at: 8))
        #expect(refusal(String(repeating: "[", count: 1_000_000)) == JSONError(.tooDeep, at: 32))
    }

    @Test func `skips a depth that recursion would not survive`() {
        let depth = 1_000_000
        let text = [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
        #expect(skipRefusal(text, limits: JSONLimits(depth: depth)) == nil)
    }

    @Test(arguments: ["\"aaaaaaaaaa\"", "[1,2,3,4,5,6]", "{\"a\":12345}", "123456789012", "        null"])
    func `holds the length, whatever the value`(text: String) {
        #expect(refusal(text, limits: JSONLimits(length: 20)) == nil)
        #expect(refusal(text, limits: JSONLimits(length: 10))?.code == .tooLong)
        #expect(skipRefusal(Array(text.utf8), limits: JSONLimits(length: 10))?.code == .tooLong)
    }

    @Test func `refuses a number that is too long to make sense`() {
        #expect(refusal(String(repeating: "1", count: 309))?.code == nil)
        #expect(refusal(String(repeating: "9", count: 310))?.code == .numberOutOfRange)
        #expect(refusal("0." + String(repeating: "1", count: 1_022)) == nil)
        #expect(refusal("0." + String(repeating: "1", count: 1_023))?.code == .tooLong)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u0061":1,"\u0061":2}"#,
        #"{"":1,"":2}"#, #"{"é":1,"\u00e9":2}"#, #"{"😀":1,"\ud83d\ude00":2}"#,
        #"[{"b":{"a":1,"c":{"a":1},"a":2}}]"#,
        #"{"exactly8":1,"exactly8":2}"#, #"{"longer than eight":1,"longer than eight":2}"#,
    ])
    func `refuses a name that comes twice, however it is spelt`(text: String) {
        #expect(refusal(text)?.code == .duplicateKey)
        #expect(skipRefusal(Array(text.utf8))?.code == .duplicateKey)
    }

    @Test(arguments: [
        #"{"a":1,"A":2,"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":{"a":{"a":1}},"b":{"a":2}}"#,
        #"{"abcdefgh-1-abcdefgh":1,"abcdefgh-2-abcdefgh":2}"#, #"{"ab":1,"ba":2,"a":3,"b":4,"":5}"#,
    ])
    func `accepts equal names in different objects and similar ones in one`(text: String) {
        #expect(refusal(text) == nil)
    }

    /// Around the number of names from which a table is used, with escapes among them and objects inside.
    @Test(arguments: [2, 15, 16, 17, 31, 32, 33, 34, 64, 65, 500])
    func `finds any duplicate among many names`(count: Int) {
        func name(_ number: Int) -> String { number % 5 == 3 ? "\\u006eame \(number)" : "name \(number)" }
        func object(_ numbers: [Int]) -> String {
            "{" + numbers.map { "\"\(name($0))\":{\"x\":[{\"name 1\":1}]}" }.joined(separator: ",") + "}"
        }
        let numbers = Array(0..<count)
        #expect(refusal("[\(object(numbers)),\(object(numbers))]") == nil)
        for twice in [0, count / 2, count - 1] {
            let text = object(numbers + [twice])
            #expect(refusal(text)?.code == .duplicateKey)
            #expect(skipRefusal(Array(text.utf8))?.code == .duplicateKey)
        }
    }

    @Test func `does not slow down for names that begin and end alike`() {
        let members = (0..<20_000).map { "\"aaaaaaaa\(100_000 + $0)zzzzzzzz\":0" }.joined(separator: ",")
        #expect(refusal("{\(members)}") == nil)
    }

    @Test func `reads a part of an array and counts from its start`() throws {
        let bytes = Array("xx[1,2]yy".utf8)
        var reader = JSONReader(bytes, in: 2..<7)
        #expect(try reader.readValue() == .array([.integer(1), .integer(2)]))
        try reader.finish()
        var short = JSONReader(bytes, in: 2..<6)
        #expect(throws: JSONError(.truncated, at: 6)) { try short.skip() }
    }
}
