/// A service whose labels hold an error, so that it must not be routed by them.
///
/// Whoever routes keeps its last good route until the labels are mended or the container goes.
package struct RefusedService: Hashable, Sendable {
    /// Which labels would have made it.
    package let key: ServiceKey
    /// The container port, where one could be read.
    package let port: PortNumber?
    /// The domains that could be read, to say whom it concerns; not to be routed.
    package let domains: [ServiceDomain]
    /// The path that could be read.
    package let path: URLPath?
}

/// A label of ours whose property nobody knows, kept in the record as it came.
package struct AdditionalLabel: Hashable, Sendable {
    /// The whole key.
    package let key: UntrustedText
    /// The value.
    package let value: UntrustedText
}
