import Inventory
import JSON

extension EventFilters {
    /// Adds what the Engine's API takes as `filters`: a map of lists, or of maps whose values are `true`.
    mutating func add(json text: String) throws(FilterError) {
        for (key, values) in try filterLists(json: text) {
            for value in values { try add(key: key, value: value) }
        }
    }
}
