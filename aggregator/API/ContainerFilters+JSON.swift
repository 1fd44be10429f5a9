import Inventory
import JSON

extension ContainerFilters {
    /// Adds what the Engine's API takes as `filters`: a map of lists, or of maps whose values are `true`.
    mutating func add(json text: String) throws(FilterError) {
        for (key, values) in try filterLists(json: text) {
            for value in values { try add(key: key, value: value) }
        }
    }
}

/// The lists of values in what the Engine's API takes as `filters`: a map of lists, or of maps whose values are `true`.
func filterLists(json text: String) throws(FilterError) -> [(key: String, values: [String])] {
    let value = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits(depth: 4, length: 65_536))
    let notJSON = FilterError(
        #"filters must be a JSON object of lists of texts, such as {"status":["exited"]}"#)
    guard let keys = value?.members else { throw notJSON }
    var lists: [(key: String, values: [String])] = []
    for key in keys {
        let values: [String]
        if let list = key.value.elements {
            values = list.compactMap(\.string)
            guard values.count == list.count else { throw notJSON }
        } else if let map = key.value.members {
            values = map.filter { $0.value.bool == true }.map(\.name)
        } else {
            throw notJSON
        }
        lists.append((key.name, values))
    }
    return lists
}
