namespace Akka.Actor;

/// <summary>The base of every exception that the actor runtime itself throws.</summary>
public abstract class AkkaException(string? message, Exception? cause = null) : Exception(message, cause)
{
    protected Exception? Cause => InnerException;
}
