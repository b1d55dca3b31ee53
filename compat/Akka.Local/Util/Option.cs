namespace Akka.Util;

/// <summary>A value that may be absent; null counts as absent.</summary>
public readonly struct Option<T>(T value)
{
    public static readonly Option<T> None = default;

    private readonly T? _value = value;

    public bool HasValue { get; } = value is not null;
    public bool IsEmpty => !HasValue;
    public T Value => _value!;

    public static Option<T> Create(T value) => value is null ? None : new(value);
    public T GetOrElse(T fallback) => HasValue ? Value : fallback;
    public void OnSuccess(Action<T> action) { if (HasValue) action(Value); }
    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";

    public static implicit operator Option<T>(T value) => Create(value);
}
