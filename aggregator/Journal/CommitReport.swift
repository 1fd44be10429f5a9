package import Inventory
package import Wire

/// What one commit made durable; handed to `onCommit` on the journal's thread.
package struct CommitReport: Sendable {
    /// What became durable of one host.
    package struct Host: Hashable, Sendable {
        package let host: HostKey
        /// The newest cursor in the commit; nil when none was in it.
        package let cursor: HostCursor?
        /// The number of the host's last change in the commit; nil when it had none.
        package let revision: Int64?
        /// The newest ticket in the commit; every older one of the host is durable too.
        package let ticket: UInt64?
        /// Whether the host has left the fleet with this commit.
        package let isForgotten: Bool

        package init(
            host: HostKey, cursor: HostCursor?, revision: Int64?, ticket: UInt64?, isForgotten: Bool = false
        ) {
            self.host = host
            self.cursor = cursor
            self.revision = revision
            self.ticket = ticket
            self.isForgotten = isForgotten
        }
    }

    /// The last revision after the commit.
    package let revision: Revision
    /// The hosts that were in it, each once.
    package let hosts: [Host]
    /// Its changes in the order of their revisions.
    package let events: [ChangeEvent]

    package init(revision: Revision, hosts: [Host], events: [ChangeEvent]) {
        self.revision = revision
        self.hosts = hosts
        self.events = events
    }
}
