import Inventory
import JSON
package import Wire

/// Changes of one host, parsed and hashed before anybody has to wait for them.
///
///     var set = PreparedSet(key: session.digestKey)
///     for change in changes { try set.add(change) }
///     let applied = fleet.apply(set, to: host, at: now)
package struct PreparedSet: Sendable {
    /// What happens to one container, in the order of the set.
    enum Step: Sendable {
        case remove(ContainerID)
        case put(Put)
    }

    /// New values for some facets of a container; texts are numbers within `texts`.
    struct Put: Sendable {
        let id: ContainerID
        /// When it last changed, if that was another time than the set's.
        let changedAt: Int64?
        var marks: [4 of Mark] = [.untouched, .untouched, .untouched, .untouched]
        /// Those of the facets that have a value here.
        var digests = FacetDigests()
        var status = StatusColumns()
        var name: UInt32 = 0
        var network: [UInt32] = []
        var config: [UInt32] = []
        var compose: [UInt32] = []

        var isStatusOnly: Bool {
            switch (marks[1], marks[2], marks[3]) {
            case (.untouched, .untouched, .untouched): true
            default: false
            }
        }

        /// Roughly what applying it costs.
        var weight: Int { 8 + network.count + config.count + compose.count }
    }

    /// What happens to one facet.
    enum Mark: Sendable {
        case untouched, deleted, value
    }

    private let key: SipHash.Key
    private(set) var steps: [Step] = []
    private(set) var weight = 0
    var texts = Texts()

    /// Starts an empty set; `key` is the host's digest key.
    package init(key: SipHash.Key) {
        self.key = key
    }

    /// Changes in the set.
    package var count: Int { steps.count }

    /// Every container that loses more than its status columns: what that costs depends on what it holds now.
    var replaced: [ContainerID] {
        steps.compactMap { step in
            switch step {
            case .remove(let id): id
            case .put(let put): put.isStatusOnly ? nil : put.id
            }
        }
    }

    /// Parses one change and adds it at the end.
    ///
    /// Rows that come back from the journal bring when they last changed, in milliseconds since 1970, and
    /// their digests, which are trusted and not computed anew.
    ///
    /// - Throws: When a facet has not the shape of the protocol; the set is then as it was before.
    package mutating func add(
        _ change: ContainerChange, changedAt: Int64? = nil, digests: FacetDigests? = nil,
    ) throws(FacetError) {
        switch change.kind {
        case .removed:
            steps.append(.remove(change.id))
            weight += 8
        case .put(let facets):
            let before = texts.count
            var put = Put(id: change.id, changedAt: changedAt)
            for facet in Facet.allCases {
                switch facets[facet] {
                case .untouched: continue
                case .deleted: put.marks[facet.index] = .deleted
                case .value(let bytes):
                    do { try read(facet, bytes, into: &put) } catch {
                        texts.drop(from: before)
                        throw FacetError(container: change.id, facet: facet, cause: error)
                    }
                    put.marks[facet.index] = .value
                    put.digests[facet] =
                        digests?[facet] ?? Digest.facet(facet, of: change.id, bytes: bytes, key: key)
                }
            }
            steps.append(.put(put))
            weight += put.weight
        }
    }

    private mutating func read(_ facet: Facet, _ bytes: FacetBytes, into put: inout Put) throws(JSONError) {
        var reader = JSONReader(bytes)
        switch facet {
        case .status: put.status = try texts.readStatus(&reader)
        case .network: put.network = try texts.readNetwork(&reader)
        case .config: (put.name, put.config) = try texts.readConfig(&reader)
        case .compose: put.compose = try texts.readCompose(&reader)
        }
        try reader.finish()
    }
}
