using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>The name of an actor and of all above it. Two paths are equal whatever their uid.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private protected ActorPath(Address address, ActorPath? parent, string name, long uid)
    {
        Address = address;
        Parent = parent ?? this;
        Depth = parent is null ? 0 : parent.Depth + 1;
        Name = name;
        Uid = uid;
    }

    public Address Address { get; }
    public ActorPath Parent { get; }
    public int Depth { get; }
    public string Name { get; }

    /// <summary>Which incarnation of the name; 0 when unknown.</summary>
    public long Uid { get; }

    public ActorPath Root => ParentOf(0);

    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            for (var path = this; path.Depth > 0; path = path.Parent)
                elements[path.Depth - 1] = path.Name;
            return elements;
        }
    }

    public ActorPath Child(string childName) => this / childName;

    public ActorPath ParentOf(int depth)
    {
        var path = this;
        for (var up = depth >= 0 ? Depth - depth : -depth; up > 0; up--)
            path = path.Parent;
        return path;
    }

    public abstract ActorPath WithUid(long uid);

    public static ActorPath operator /(ActorPath path, string name) => new ChildActorPath(path, name, 0);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> names) =>
        names.Where(n => n.Length > 0).Aggregate(path, (p, n) => p / n);

    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    /// <summary>ASCII letters, digits and <see cref="ValidSymbols"/>, not starting with '$'.</summary>
    public static bool IsValidPathElement(string s) =>
        !string.IsNullOrEmpty(s) && s[0] != '$' && s.All(c => char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c) || c == '%');

    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        var schemeEnd = path.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd <= 0)
            return false;
        var elements = path[(schemeEnd + 3)..].Split('/');
        var last = elements[^1].Split('#');
        elements[^1] = last[0];
        actorPath = new RootActorPath(new Address(path[..schemeEnd], elements[0])) / elements.Skip(1);
        if (last.Length == 2 && long.TryParse(last[1], out var uid))
            actorPath = actorPath.WithUid(uid);
        return elements[0].Length > 0;
    }

    public bool Equals(ActorPath? other)
    {
        if (other is null || other.Depth != Depth)
            return false;
        ActorPath a = this, b = other;
        for (; a.Depth > 0; a = a.Parent, b = b.Parent)
        {
            if (ReferenceEquals(a, b))
                return true;
            if (a.Name != b.Name)
                return false;
        }
        return a.Address == b.Address;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Depth, Name, Parent.Name);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);
    public string ToStringWithAddress() => ToString();
    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{this}#{Uid}";
    public string ToSerializationFormat() => ToStringWithUid();
    public override string ToString() => Address + ToStringWithoutAddress();
}

/// <summary>The path of a system's root.</summary>
public sealed class RootActorPath(Address address, string name = "") : ActorPath(address, null, name, 0)
{
    public override ActorPath WithUid(long uid) => this;
}

/// <summary>Any path below the root.</summary>
public sealed class ChildActorPath(ActorPath parentPath, string name, long uid) : ActorPath(parentPath.Address, parentPath, name, uid)
{
    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
