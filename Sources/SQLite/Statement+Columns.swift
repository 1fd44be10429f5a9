import CSQLite

// Only while `step()` has answered true; columns count from 0, and one that isn't there reads as NULL.
extension Statement {
    /// The number of columns that each row has.
    package var columnCount: Int32 { unsafe sqlite3_column_count(pointer) }

    /// Whether the column is NULL.
    package func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    /// The column as a number; 0 when it is NULL or not a number.
    package func int64(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(pointer, column)
    }

    /// The column as a floating-point number; 0 when it is NULL or not a number.
    package func double(_ column: Int32) -> Double {
        unsafe sqlite3_column_double(pointer, column)
    }

    /// The column as text, nil when it is NULL; bytes that aren't UTF-8 are replaced by U+FFFD.
    package func text(_ column: Int32) -> String? {
        guard let start = unsafe sqlite3_column_text(pointer, column) else { return nil }
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The column's bytes, nil when it is NULL.
    package func blob(_ column: Int32) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        return withBytes(column) { bytes in
            Array(capacity: bytes.count) { output in
                for index in bytes.indices { output.append(bytes[index]) }
            }
        }
    }

    /// Lends the column's bytes without a copy; none when it is NULL or empty.
    package func withBytes<Answer, Failure: Error>(
        _ column: Int32, _ body: (Span<UInt8>) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let start = unsafe sqlite3_column_blob(pointer, column)
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        return try unsafe body(Span(_unsafeBytes: bytes))
    }
}
