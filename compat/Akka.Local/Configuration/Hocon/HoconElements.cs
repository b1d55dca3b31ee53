namespace Akka.Configuration.Hocon;

/// <summary>One part of a value. "10 ms" has three: a word, a space, a word.</summary>
public interface IHoconElement
{
    bool IsString();
    string? GetString();
    bool IsArray();
    IList<HoconValue> GetArray();
}

/// <summary>A piece of text.</summary>
public class HoconLiteral : IHoconElement
{
    public string? Value { get; set; }

    public bool IsString() => true;
    public string? GetString() => Value;
    public bool IsArray() => false;
    public IList<HoconValue> GetArray() => throw new NotSupportedException("This element is a string and not an array.");
    public override string ToString() => Value ?? "null";
}

/// <summary>A list of values.</summary>
public class HoconArray : List<HoconValue>, IHoconElement
{
    public bool IsString() => false;
    public string? GetString() => throw new NotSupportedException("This element is an array and not a string.");
    public bool IsArray() => true;
    public IList<HoconValue> GetArray() => this;
    public override string ToString() => $"[{string.Join(",", this)}]";
}

/// <summary>The tree a text was parsed to.</summary>
public class HoconRoot(HoconValue value)
{
    public HoconValue Value { get; } = value;
}
