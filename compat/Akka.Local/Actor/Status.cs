namespace Akka.Actor;

/// <summary>How a piped or asked task ended.</summary>
public abstract class Status
{
    public sealed class Success(object? status) : Status
    {
        public static readonly Success Instance = new(null);

        public object? Status { get; } = status;

        public override string ToString() => $"Success: {Status ?? "no content"}";
    }

    public sealed class Failure(Exception cause, object? state) : Status
    {
        public Failure(Exception cause) : this(cause, null) { }

        public Exception Cause { get; } = cause;
        public object? State { get; } = state;

        public override string ToString() => State is null ? $"Failure: {Cause}" : $"Failure[state={State}]: {Cause}";
    }
}
