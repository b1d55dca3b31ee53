using System.Buffers;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>
/// How a carrier writes a call: the caller's sound and keys in, the assistant's sound out, marks that come back once the sound before them
/// was played, and the order to drop what is not played. Has no state: another carrier is another class.
/// </summary>
public interface ICarrier
{
    /// <summary>The name in records and logs.</summary>
    string Name { get; }

    /// <summary>Reads a whole text message; what is returned keeps none of its bytes.</summary>
    CarrierMessage Read(ReadOnlyMemory<byte> utf8);

    /// <summary>Writes a message with sound to be played after what was sent before.</summary>
    void WriteSound(CallStart call, ReadOnlySpan<byte> sound, IBufferWriter<byte> to);

    /// <summary>Writes a mark: it comes back under this name when all sound before it was played, or was cleared.</summary>
    void WriteMark(CallStart call, string name, IBufferWriter<byte> to);

    /// <summary>Writes the order to drop the sound that is not played.</summary>
    void WriteClear(CallStart call, IBufferWriter<byte> to);
}
