import CSQLite

extension Statement {
    /// Binds a number to the parameter `index`, which counts from 1.
    package func bind(_ value: Int64, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(pointer, index, value))
    }

    /// Binds a floating-point number; SQLite stores NaN as NULL.
    package func bind(_ value: Double, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_double(pointer, index, value))
    }

    /// Binds a text; copied.
    package func bind(_ value: String, at index: Int32) throws(SQLiteError) {
        try check(
            unsafe value.utf8.span.withUnsafeBufferPointer { bytes in
                // A nil pointer would bind NULL instead of the empty text.
                guard let start = bytes.baseAddress else {
                    return unsafe bayplan_sqlite_bind_text(pointer, index, "", 0)
                }
                return unsafe bayplan_sqlite_bind_text(pointer, index, start, Int32(clamping: bytes.count))
            })
    }

    /// Binds a blob, copied; an empty one is a blob of length zero, not NULL.
    package func bind(_ value: [UInt8], at index: Int32) throws(SQLiteError) {
        try bind(value.span, at: index)
    }

    /// Binds a blob, copied; an empty one is a blob of length zero, not NULL.
    package func bind(_ value: Span<UInt8>, at index: Int32) throws(SQLiteError) {
        try check(
            unsafe value.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return unsafe sqlite3_bind_zeroblob(pointer, index, 0)
                }
                return unsafe bayplan_sqlite_bind_blob(pointer, index, start, Int32(clamping: bytes.count))
            })
    }

    /// Binds NULL.
    package func bindNull(at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(pointer, index))
    }

    /// Binds a number, or NULL.
    package func bind(_ value: Int64?, at index: Int32) throws(SQLiteError) {
        if let value { try bind(value, at: index) } else { try bindNull(at: index) }
    }

    /// Binds a text, or NULL.
    package func bind(_ value: String?, at index: Int32) throws(SQLiteError) {
        if let value { try bind(value, at: index) } else { try bindNull(at: index) }
    }

    /// Binds a blob, or NULL.
    package func bind(_ value: [UInt8]?, at index: Int32) throws(SQLiteError) {
        if let value { try bind(value.span, at: index) } else { try bindNull(at: index) }
    }
}
