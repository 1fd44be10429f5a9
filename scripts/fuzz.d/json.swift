// Compiled together with Sources/JSON into one module by scripts/fuzz.

/// Feeds any bytes to the reader: nothing may trap, and skipping must agree with reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // SAFETY: libFuzzer vouches for `count` bytes at `start`.
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let read = outcome { reader throws(JSONError) in try reader.readValue() }
    let skipped = outcome { reader throws(JSONError) in try reader.readRaw() }
    func outcome<Answer>(
        _ body: (inout JSONReader) throws(JSONError) -> Answer
    ) -> Result<Answer, JSONError> {
        var reader = JSONReader(bytes, limits: JSONLimits(depth: 64, length: 1 << 20))
        do throws(JSONError) {
            let answer = try body(&reader)
            try reader.finish()
            return .success(answer)
        } catch {
            return .failure(error)
        }
    }
    switch (read, skipped) {
    case (.failure(let one), .failure(let other)):
        precondition(one == other, "reading and skipping fail differently: \(one), \(other)")
    case (.success(let value), .success(let raw)):
        precondition(raw.count <= bytes.count)
        let again = try? JSONValue(parsing: value.encoded)
        precondition(again == value, "what was written does not read the same")
    default:
        preconditionFailure("reading and skipping disagree")
    }
    return 0
}
