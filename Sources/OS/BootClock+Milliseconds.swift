extension BootClock.Instant {
    /// The instant in whole milliseconds, as the protocol's session machines count.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
