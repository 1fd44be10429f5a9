import Inventory

/// Who may speak for a host, and how far its state has come: what outlives a session on the aggregator's side.
package struct HostRecord: Hashable, Sendable {
    /// The instance that claimed the host id; nil until the first `hello`.
    package var instance: String?
    /// The agent process whose versions `durable` counts.
    package var epoch: Epoch?
    /// The key of the digests that are held; a different one in `hello` means that nothing can be compared.
    package var digestKey: SipHash.Key?
    /// The version of `epoch` that is on disk.
    package var durable: Int64 = 0
    /// Epochs that were followed by another; one that comes back is a clone's.
    ///
    /// The newest `replacedLimit` are kept.
    package var replaced: [Epoch] = []

    /// How many replaced epochs are remembered.
    package static let replacedLimit = 32

    package init() {}

    /// Decides whether this agent may speak for the host, and how its session opens.
    ///
    /// `isProven` says whether the agent's secret is the one that `instance` first came with, `contents` what is held of
    /// the host now, and `resync` the number that a resync gets if one is needed.
    package mutating func admit(
        _ hello: Hello, isProven: Bool, contents: some HostContents, resync: Int64
    ) throws(Admission) -> Opening {
        guard commonProtocol(theirs: hello.protocols) != nil else {
            throw .refused(
                Refusal(
                    code: Refusal.unsupportedProtocol,
                    message:
                        "this aggregator speaks protocol \(protocolVersions), the agent \(hello.protocols); "
                        + "bring both to releases that are at most one protocol version apart",
                    retry: false))
        }
        if let instance, instance != hello.instance.id || !isProven {
            throw .refused(
                Refusal(
                    code: Refusal.hostIDTaken,
                    message:
                        "host id \(hello.host.id) belongs to agent instance \(instance), and this agent is "
                        + "instance \(hello.instance.id); give this agent another --host-id, or, if it replaces that "
                        + "one, run `bayplan host rm \(hello.host.id)` first",
                    retry: true))
        }
        guard !replaced.contains(hello.epoch) else {
            throw .conflict(
                Refusal(
                    code: Refusal.conflict,
                    message: "two agents run with the state of instance \(hello.instance.id) for host "
                        + "\(hello.host.id), as clones of one machine do; stop one, delete its --state directory and "
                        + "start it with another --host-id",
                    retry: true))
        }
        instance = hello.instance.id
        let opening = opening(
            hello.offer, epoch: hello.epoch, key: hello.digestKey, contents: contents, resync: resync)
        if epoch != hello.epoch {
            if let epoch { replaced.append(epoch) }
            replaced.removeFirst(max(0, replaced.count - Self.replacedLimit))
            epoch = hello.epoch
            durable = 0
        }
        digestKey = hello.digestKey
        return opening
    }

    /// How a session goes on from what the agent offers.
    package func opening(
        _ offer: Offer, epoch: Epoch, key: SipHash.Key, contents: some HostContents, resync: Int64
    ) -> Opening {
        guard let digest = offer.digest else { return .wait }
        if epoch == self.epoch, durable > 0, offer.floor <= durable, durable <= offer.version {
            return .resume(from: durable)
        }
        if key == digestKey, digest == contents.digest, offer.count == Int64(contents.count) {
            return .current
        }
        return .manifest(id: resync)
    }
}

/// Why an agent may not speak for a host.
package enum Admission: Error, Hashable, Sendable {
    case refused(Refusal)
    /// As `refused`, and the host is to be shown as in conflict.
    case conflict(Refusal)

    /// What the agent is told.
    package var refusal: Refusal {
        switch self {
        case .refused(let refusal), .conflict(let refusal): refusal
        }
    }
}
