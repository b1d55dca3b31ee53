using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>How to make an actor, any number of times. Immutable.</summary>
public class Props : IEquatable<Props>
{
    private readonly Func<object?[], ActorBase> _make;

    private Props(Type type, object?[] arguments, Func<object?[], ActorBase> make)
    {
        Type = type;
        Arguments = arguments;
        _make = make;
    }

    private Props(Props other) : this(other.Type, other.Arguments, other._make)
    {
        Deploy = other.Deploy;
        SupervisorStrategy = other.SupervisorStrategy;
    }

    public static Props Empty { get; } = new(typeof(EmptyActor), [], _ => new EmptyActor());
    public static readonly Props None = Empty;

    public Type Type { get; }
    public string TypeName => Type.AssemblyQualifiedName!;
    public object?[] Arguments { get; }
    public Deploy Deploy { get; protected set; } = Deploy.Local;
    public SupervisorStrategy? SupervisorStrategy { get; protected set; }
    public string Mailbox => Deploy.Mailbox;
    public string Dispatcher => Deploy.Dispatcher;

    /// <summary>The arguments are evaluated now, the constructor runs later and once per incarnation.</summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null) where TActor : ActorBase
    {
        if (factory.Body is not NewExpression { Constructor: { } constructor } made)
            throw new ArgumentException("The create function must be a 'new T (args)' expression");
        var arguments = made.Arguments.Select(Evaluate).ToArray();
        return new Props(typeof(TActor), arguments, a => (ActorBase)Invoke(constructor, a)) { SupervisorStrategy = supervisorStrategy };
    }

    public static Props Create<TActor>(params object?[] args) where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy) where TActor : ActorBase, new() =>
        Create(typeof(TActor)).WithSupervisorStrategy(supervisorStrategy);

    public static Props Create(Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(type, args, a => (ActorBase)Construct(type, a));
    }

    public static Props CreateBy(IIndirectActorProducer producer, params object?[] args) =>
        new(producer.ActorType, args, _ => producer.Produce());

    public virtual ActorBase NewActor() => _make(Arguments);

    public Props WithMailbox(string mailbox) => new(this) { Deploy = Deploy.WithMailbox(mailbox) };
    public Props WithDispatcher(string dispatcher) => new(this) { Deploy = Deploy.WithDispatcher(dispatcher) };
    public Props WithStashCapacity(int stashCapacity) => new(this) { Deploy = Deploy.WithStashCapacity(stashCapacity) };
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };
    public Props WithDeploy(Deploy deploy) => new(this) { Deploy = deploy.WithFallback(Deploy) };

    public bool Equals(Props? other) =>
        other is not null && Type == other.Type && Deploy == other.Deploy && Arguments.SequenceEqual(other.Arguments);

    public override bool Equals(object? obj) => Equals(obj as Props);
    public override int GetHashCode() => HashCode.Combine(Type, Arguments.Length);

    private static object? Evaluate(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Expression: ConstantExpression closure, Member: FieldInfo captured } => captured.GetValue(closure.Value),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private static object Invoke(ConstructorInfo constructor, object?[] arguments) =>
        constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static object Construct(Type type, object?[] arguments)
    {
        try
        {
            return Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        }
        catch (MissingMethodException e)
        {
            throw new TypeLoadException($"Error while creating actor instance of type {type} with {arguments.Length} args: ({string.Join(",", arguments)})", e);
        }
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}

/// <summary>Makes actors by other means than their constructor.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }
    ActorBase Produce();
    void Release(ActorBase actor);
}
