internal import OS

/// Files that hold tokens, one in a line; blank lines and lines that begin with `#` don't count.
package enum TokenFile {
    private static let limit = 64 << 10
    /// More make no sense, and each would be tried.
    private static let most = 16

    /// The tokens of a file, in order, at least one.
    ///
    /// - Throws: That it can't be read, that others may read it, or which line is wrong.
    package static func read(_ path: String) throws(AccessError) -> [AccessToken] {
        let permissions: FilePermissions
        let bytes: [UInt8]
        do throws(FileError) {
            permissions = try filePermissions(path)
            bytes = try readFile(path, limit: limit)
        } catch {
            throw AccessError(error.sentence)
        }
        guard permissions.isPrivate else {
            throw AccessError(
                "\(path) can be read by others (mode \(permissions.text)), so it was not used. Do "
                    + "`chmod 600 \(path)`, and `bayplan token rm` what was in it if others use this machine."
            )
        }
        return try tokens(of: String(decoding: bytes, as: UTF8.self), path)
    }

    private static func tokens(of text: String, _ path: String) throws(AccessError) -> [AccessToken] {
        var tokens: [AccessToken] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let word = line.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
                .reversed()
            guard let first = word.first, first != "#" else { continue }
            do {
                tokens.append(try AccessToken(text: String(word)))
            } catch {
                throw AccessError("\(path), line \(index + 1): \(error.sentence)")
            }
        }
        guard !tokens.isEmpty else {
            throw AccessError(
                "\(path) holds no token. Put the line there that `bayplan token create` printed.")
        }
        guard tokens.count <= most else {
            throw AccessError("\(path) holds \(tokens.count) tokens, and \(most) are allowed.")
        }
        return tokens
    }
}
