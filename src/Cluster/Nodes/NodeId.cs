using System.Globalization;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster;

/// <summary>
/// A node of the cluster, by its data directory: 16 hexadecimal digits, made when the directory is first used. A node that has lost its
/// directory is another node, so that its sums begin anew beside those of the old one.
/// </summary>
public readonly record struct NodeId(string Value) : IComparable<NodeId>
{
    /// <summary>How many digits of its node stand in the id of a call.</summary>
    public const int KeyLength = 6;

    // The id of a call ends with 16 hexadecimal digits.
    private const int CallDigits = 16;

    /// <summary>The digits that stand in the ids of the node's calls.</summary>
    public string Key => Value[..KeyLength];

    /// <summary>A new id.</summary>
    public static NodeId New(Random random) => new(random.NextInt64().ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>A node's id; null: the text is none.</summary>
    public static NodeId? Read(string? text) =>
        text is { Length: CallDigits } && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f') ? new NodeId(text) : null;

    /// <summary>A new id of a call of this node: its digits, then random ones.</summary>
    public SessionId NewCall(DateTimeOffset now, Random random)
    {
        var id = SessionId.New(now, random).Value;
        return new SessionId(string.Concat(id.AsSpan(0, id.Length - CallDigits), Key, id.AsSpan(id.Length - CallDigits + KeyLength)));
    }

    /// <summary>The digits of the node in the id of a call, which <c>CallIds</c> has checked.</summary>
    public static string KeyOf(SessionId call) => call.Value.Substring(call.Value.Length - CallDigits, KeyLength);

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}
