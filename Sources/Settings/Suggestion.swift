/// `; did you mean --http?`, or what to do instead when nothing is near.
func suggestion(for word: String, among known: [String]) -> String {
    let near = known.map { (word: $0, distance: editDistance(word, $0)) }
        .filter { $0.distance <= max(1, min(3, $0.word.count / 3)) }
        .min { $0.distance < $1.distance }
    guard let near else { return "; `--help` lists all" }
    return "; did you mean `\(near.word)`?"
}

/// How many insertions, removals, replacements and swaps of neighbours make one word of the other; at most 64
/// characters are looked at.
package func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first.prefix(64)), b = Array(second.prefix(64))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
