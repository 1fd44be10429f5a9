import Inventory
import JSON
import Testing
import Wire

/// A frame's body that nobody here would write so, and that is good all the same.
struct AcceptedInput: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    var testDescription: String { name }

    static let all: [AcceptedInput] = [
        ("type-last", #"{"frames":3,"applied":2,"durable":1,"type":"ack"}"#),
        ("white-space", "  { \"type\" : \"ack\" ,\t\"frames\":3 , \"applied\" :2,\"durable\": 1 } \r"),
        ("escaped-names", #"{"\u0074ype":"goodbye","r\u0065ason":"\u0062ye"}"#),
        (
            "unknown-members",
            #"{"type":"ack","frames":3,"later":[{"a":null}],"applied":2,"durable":1,"zone":"x"}"#
        ),
        ("unknown-type", #"{"type":"weather","degrees":21.5}"#),
        ("defaults-written-out", #"{"type":"refused","code":"busy","message":"later","retry":false}"#),
        ("digest-null", #"{"type":"offer","version":7,"floor":0,"digest":null,"count":2}"#),
        ("heartbeat-both", #"{"type":"heartbeat","now":1,"version":2,"frames":3}"#),
        ("nul-in-label", delta(#""config":{"name":"a","labels":{"k":"x\u0000y"}}"#)),
        ("surrogate-pair", delta(#""config":{"name":"\ud83d\ude00"}"#)),
        ("facet-kept-as-written", delta(#""status": {"later":1.50, "state":"running","exitCode":0} "#)),
        ("removed-false", delta(#""removed":false,"status":{"state":"running"}"#)),
        ("change-without-facets", delta(#""later":1"#)),
        ("sixteen-deep", delta(#""status":{"state":"a","x":[[[[[[[[[[[[]]]]]]]]]]]]}"#)),
        (
            "confirmed-unknown-facet",
            #"{"type":"heartbeat","now":1,"version":2,"confirmed":{"status":5,"later":{}}}"#
        ),
    ].map { AcceptedInput(name: $0.0, text: $0.1) }

    private static func delta(_ members: String) -> String {
        #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(1))",\#(members)}]}"#
    }
}

/// What a connection may not bring, and why it is then closed.
struct RefusedInput: Sendable, CustomTestStringConvertible {
    let name: String
    /// The limit of a body's length that is in force.
    let limit: Int
    let bytes: [UInt8]
    /// `empty` or `tooLong` for a length, else what is wrong with the body.
    let expected: String

    var testDescription: String { name }

    /// What this implementation says.
    var outcome: String {
        var decoder = FrameDecoder(limit: limit)
        decoder.append(bytes)
        do throws(FrameError) {
            guard let body = try decoder.next() else { return "waits" }
            do {
                return "accepted: \(try Message(parsing: body).type)"
            } catch {
                return error.code.rawValue
            }
        } catch {
            switch error {
            case .empty: return "empty"
            case .tooLong: return "tooLong"
            }
        }
    }

    static let all: [RefusedInput] =
        lengths
        + (texts + fields).map { name, text, expected in
            RefusedInput(
                name: name, limit: FrameDecoder.sessionLimit, bytes: .frame(Array(text.utf8)),
                expected: expected)
        } + encodings

    private static let lengths: [RefusedInput] = [
        ("length-zero", 65_536, [0, 0, 0, 0], "empty"),
        ("length-over-greeting", 65_536, [0, 1, 0, 1], "tooLong"),
        ("length-50-million", 65_536, [0x02, 0xFA, 0xF0, 0x80], "tooLong"),
        ("length-over-session", 16 << 20, [1, 0, 0, 1], "tooLong"),
        ("length-all-ones", 16 << 20, [255, 255, 255, 255], "tooLong"),
        // What a browser or a TLS client would say to this door.
        ("http", 65_536, Array("GET / HTTP/1.1\r\n".utf8), "tooLong"),
        ("tls", 65_536, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], "tooLong"),
    ].map { RefusedInput(name: $0.0, limit: $0.1, bytes: $0.2, expected: $0.3) }

    private static let texts: [(String, String, String)] = [
        ("not-json", "hello", "unexpectedByte"),
        ("array", "[]", "wrongType"),
        ("no-type", "{}", "invalidValue"),
        ("type-is-a-number", #"{"type":1}"#, "wrongType"),
        ("cut-short", #"{"type":"goodbye","reason":"x""#, "truncated"),
        ("two-values", #"{"type":"goodbye"}{"type":"goodbye"}"#, "trailingBytes"),
        ("trailing-comma", #"{"type":"goodbye",}"#, "unexpectedByte"),
        ("single-quotes", "{'type':'goodbye'}", "unexpectedByte"),
        ("comment", #"{"type":"goodbye"/* bye */}"#, "unexpectedByte"),
        ("duplicate-name", #"{"type":"goodbye","reason":"a","reason":"b"}"#, "duplicateKey"),
        ("duplicate-name-escaped", #"{"type":"goodbye","reason":"a","re\u0061son":"b"}"#, "duplicateKey"),
        ("duplicate-in-unknown", #"{"type":"weather","x":{"a":1,"a":1}}"#, "duplicateKey"),
        ("duplicate-label", delta(#""config":{"name":"a","labels":{"k":"1","k":"2"}}"#), "duplicateKey"),
        ("lone-surrogate", #"{"type":"goodbye","reason":"\ud83d"}"#, "invalidEscape"),
        ("lone-low-surrogate", #"{"type":"goodbye","reason":"\ude00\ud83d"}"#, "invalidEscape"),
        ("unknown-escape", #"{"type":"goodbye","reason":"\x41"}"#, "invalidEscape"),
        ("control-character", "{\"type\":\"goodbye\",\"reason\":\"a\nb\"}", "controlCharacter"),
        ("seventeen-deep", delta(#""status":{"state":"a","x":[[[[[[[[[[[[[]]]]]]]]]]]]]}"#), "tooDeep"),
    ]

    private static let fields: [(String, String, String)] = [
        ("seq-text", #"{"type":"synced","seq":"1","resync":0,"version":0}"#, "wrongType"),
        ("seq-zero", #"{"type":"synced","seq":0,"resync":0,"version":0}"#, "invalidValue"),
        ("seq-missing", #"{"type":"synced","resync":0,"version":0}"#, "invalidValue"),
        ("seq-fraction", #"{"type":"synced","seq":1.0,"resync":0,"version":0}"#, "wrongType"),
        ("seq-negative", #"{"type":"synced","seq":-1,"resync":0,"version":0}"#, "numberOutOfRange"),
        (
            "seq-2-to-53", #"{"type":"synced","seq":9007199254740992,"resync":0,"version":0}"#,
            "numberOutOfRange"
        ),
        ("leading-zero", #"{"type":"synced","seq":01,"resync":0,"version":0}"#, "invalidNumber"),
        ("to-before-from", #"{"type":"delta","seq":1,"from":2,"to":1,"changes":[]}"#, "invalidValue"),
        ("changes-object", #"{"type":"delta","seq":1,"from":0,"to":1,"changes":{}}"#, "wrongType"),
        (
            "id-missing", #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"removed":true}]}"#,
            "invalidValue"
        ),
        ("id-short", #"{"type":"need","resync":0,"ids":["4c01db0b339c"]}"#, "invalidValue"),
        (
            "id-upper-case",
            #"{"type":"need","resync":0,"ids":["\#(Sample.id(1).description.uppercased())"]}"#,
            "invalidValue"
        ),
        ("facet-array", delta(#""status":[]"#), "wrongType"),
        ("facet-text", delta(#""status":"running""#), "wrongType"),
        ("removed-with-facet", delta(#""removed":true,"status":{"state":"running"}"#), "invalidValue"),
        (
            "digest-short",
            #"{"type":"manifest","seq":1,"resync":0,"version":0,"entries":[{"id":"\#(Sample.id(1))","status":"ab"}]}"#,
            "invalidValue"
        ),
        ("open-unknown", #"{"type":"open","open":"perhaps"}"#, "invalidValue"),
        ("resume-without-from", #"{"type":"open","open":"resume"}"#, "invalidValue"),
        ("hello-bare", #"{"type":"hello","protocols":[1]}"#, "invalidValue"),
        ("hello-host-id", #"{"type":"hello","protocols":[1],"host":{"id":"../etc"}}"#, "invalidValue"),
        (
            "welcome-without-window", #"{"type":"welcome","protocol":1,"heartbeat":2000,"open":"wait"}"#,
            "invalidValue"
        ),
    ]

    private static let encodings: [RefusedInput] = [
        (
            "not-utf-8", Array(#"{"type":"goodbye","reason":""#.utf8) + [0xFF] + Array("\"}".utf8),
            "invalidUTF8"
        ),
        (
            "overlong-utf-8",
            Array(#"{"type":"goodbye","reason":""#.utf8) + [0xC0, 0xAF] + Array("\"}".utf8), "invalidUTF8"
        ),
        (
            "surrogate-in-utf-8",
            Array(#"{"type":"goodbye","reason":""#.utf8) + [0xED, 0xA0, 0xBD] + Array("\"}".utf8),
            "invalidUTF8"
        ),
        ("byte-order-mark", [0xEF, 0xBB, 0xBF] + Array(#"{"type":"goodbye"}"#.utf8), "unexpectedByte"),
        ("nul-byte", Array(#"{"type":"goodbye"}"#.utf8) + [0], "trailingBytes"),
    ].map { RefusedInput(name: $0.0, limit: FrameDecoder.sessionLimit, bytes: .frame($0.1), expected: $0.2) }

    private static func delta(_ members: String) -> String {
        #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(1))",\#(members)}]}"#
    }
}
