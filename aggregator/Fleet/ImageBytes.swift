/// A block of a fleet's image while it is written: numbers least significant byte first, as this machine has them.
package struct ImageBytes: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Empties it and keeps its memory.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Appends a number.
    package mutating func put(_ number: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends numbers without their count.
    package mutating func put<Number: FixedWidthInteger>(_ numbers: [Number]) {
        unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends numbers with their count before them.
    package mutating func putList<Number: FixedWidthInteger>(_ numbers: [Number]) {
        put(UInt32(numbers.count))
        put(numbers)
    }
}

/// Reads a block of an image; what isn't there is an error, never a trap.
package struct ImageScan {
    private let bytes: [UInt8]
    private var offset = 0
    private let end: Int

    /// Reads the first `count` bytes.
    package init(_ bytes: [UInt8], count: Int) {
        self.bytes = bytes
        end = min(count, bytes.count)
    }

    /// The next number.
    package mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(ImageError) -> Number {
        let size = MemoryLayout<Number>.size
        guard end - offset >= size else { throw ImageError("a block ends too early") }
        defer { offset += size }
        return unsafe bytes.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: Number.self)
        }
    }

    /// So many numbers.
    package mutating func numbers<Number: FixedWidthInteger>(
        _ count: Int, _ type: Number.Type = Number.self
    ) throws(ImageError) -> [Number] {
        let size = MemoryLayout<Number>.size
        guard count >= 0, (end - offset) / size >= count else { throw ImageError("a block ends too early") }
        defer { offset += count * size }
        return unsafe bytes.withUnsafeBytes { source in
            let part = unsafe UnsafeRawBufferPointer(rebasing: source[offset..<(offset + count * size)])
            return unsafe [Number](unsafeUninitializedCapacity: count) { target, filled in
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: part)
                filled = count
            }
        }
    }

    /// As many numbers as the count before them says.
    package mutating func list<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(ImageError) -> [Number] {
        try numbers(Int(number(UInt32.self)))
    }

    /// Whether everything was read.
    package var isAtEnd: Bool { offset == end }
}

/// An image can't be used; the fleet then comes from its database.
package struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Tells accidents in a block: 64 bits over all of its bytes, eight at a time in four lanes.
///
/// After xxHash (Collet, 2012): each lane is one multiplication and one rotation for eight bytes, so that a gigabyte
/// takes a fraction of a second. It keeps out damage, not malice: the file is as safe as the database beside it.
package enum BlockChecksum {
    private static let first: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let second: UInt64 = 0xc2b2_ae3d_27d4_eb4f

    /// The checksum of the first `count` bytes.
    package static func of(_ bytes: [UInt8], count: Int) -> UInt64 {
        unsafe bytes.withUnsafeBytes { all in
            let buffer = unsafe UnsafeRawBufferPointer(rebasing: all[..<min(count, all.count)])
            var lanes = SIMD4<UInt64>(first, second, first ^ second, UInt64(count))
            var offset = 0
            while offset + 32 <= buffer.count {
                let block = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
                for lane in 0..<4 {
                    let mixed = lanes[lane] &+ block[lane] &* second
                    lanes[lane] = (mixed << 31 | mixed >> 33) &* first
                }
                offset += 32
            }
            var sum = lanes[0] ^ (lanes[1] << 7 | lanes[1] >> 57)
            sum ^= (lanes[2] << 12 | lanes[2] >> 52) ^ (lanes[3] << 18 | lanes[3] >> 46)
            while offset < buffer.count {
                sum = (sum ^ UInt64(unsafe buffer[offset]) &* first) &* second
                sum ^= sum >> 29
                offset += 1
            }
            sum = (sum ^ sum >> 33) &* second
            return sum ^ sum >> 29
        }
    }
}
