namespace Akka.Actor;

/// <summary>What becomes of a child that failed.</summary>
public enum Directive
{
    Resume,
    Restart,
    Escalate,
    Stop,
}

/// <summary>Chooses the directive for an exception.</summary>
public interface IDecider
{
    Directive Decide(Exception cause);
}

/// <summary>A decider that is a function.</summary>
public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>A decider that is a table: the first type that fits.</summary>
public class DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) : IDecider
{
    public Directive DefaultDirective { get; } = defaultDirective;
    public KeyValuePair<Type, Directive>[] Pairs { get; } = pairs;

    public Directive Decide(Exception cause)
    {
        foreach (var (type, directive) in Pairs)
            if (type.IsInstanceOfType(cause))
                return directive;
        return DefaultDirective;
    }
}

/// <summary>The ways to write a decider.</summary>
public static class Decider
{
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);

    public static DeployableDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) => new(defaultDirective, pairs);

    public static DeployableDecider From(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs) => new(defaultDirective, pairs.ToArray());
}

/// <summary>One line of a table: Directive.Stop.When<SomeException>().</summary>
public static class DirectiveExtensions
{
    public static KeyValuePair<Type, Directive> When<TException>(this Directive directive) where TException : Exception =>
        new(typeof(TException), directive);
}
