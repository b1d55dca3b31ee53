using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor that lists its handlers; the first that matches in order of declaration takes the message.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly Handlers _initial = new();
    private Handlers? _declaring;

    protected ReceiveActor() => _declaring = _initial;

    internal override void Initialize() => _declaring = null;

    protected sealed override void OnReceive(object message) => HandleWith(_initial, message);

    protected void Become(Action configure) => base.Become(With(Declare(configure)));
    protected void BecomeStacked(Action configure) => base.BecomeStacked(With(Declare(configure)));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Open().Add(takesAll: shouldHandle is null && typeof(T) == typeof(object), new Handler(typeof(T), Taker<T>.OfAction, handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Open().Add(takesAll: false, new Handler(typeof(T), Taker<T>.OfFunction, handler, null));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Open().Add(takesAll: shouldHandle is null && messageType == typeof(object), new Handler(messageType, Taker<object>.OfAction, handler, shouldHandle));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Open().Add(takesAll: false, new Handler(messageType, Taker<object>.OfFunction, handler, null));

    protected void ReceiveAny(Action<object> handler) => Receive<object>(handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => Receive(Async(handler));

    private static Action<T> Async<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private void HandleWith(Handlers handlers, object message)
    {
        if (!handlers.Handle(message))
            Unhandled(message);
    }

    private UntypedReceive With(Handlers handlers) => message => HandleWith(handlers, message);

    private Handlers Open() =>
        _declaring ?? throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");

    private Handlers Declare(Action configure)
    {
        var outer = _declaring;
        var handlers = _declaring = new Handlers();
        try
        {
            configure();
        }
        finally
        {
            _declaring = outer;
        }
        return handlers;
    }

    /// <summary>What takes messages of a type. A session has hundreds of these: no closures, only what the actor gave.</summary>
    private readonly record struct Handler(Type Of, Func<object, Delegate, Delegate?, bool> Taker, Delegate Handle, Delegate? ShouldHandle)
    {
        public bool Take(object message) => Taker(message, Handle, ShouldHandle);
    }

    private static class Taker<T>
    {
        public static readonly Func<object, Delegate, Delegate?, bool> OfAction = static (message, handle, shouldHandle) =>
        {
            if (message is not T t || shouldHandle is not null && !((Predicate<T>)shouldHandle)(t))
                return false;
            ((Action<T>)handle)(t);
            return true;
        };

        public static readonly Func<object, Delegate, Delegate?, bool> OfFunction = static (message, handle, _) => message is T t && ((Func<T, bool>)handle)(t);
    }

    /// <summary>One behaviour: what to try with a message, in order, until something takes it.</summary>
    private sealed class Handlers
    {
        // Beyond these a type is looked up anew each time: a walk over hundreds would be the longer way.
        private const int MostKnown = 64;

        private readonly List<Handler> _list = [];
        private (Type Of, Handler First, Handler[] Others)[] _known = [];
        private bool _closed;

        public void Add(bool takesAll, Handler handler)
        {
            if (_closed)
                throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
            _list.Add(handler);
            _known = [];
            _closed = takesAll;
        }

        public bool Handle(object message)
        {
            var type = message.GetType();
            foreach (ref readonly var known in _known.AsSpan())
                if (known.Of == type)
                    return known.First.Take(message) || Offer(message, known.Others);
            return Offer(message, Learn(type));
        }

        private static bool Offer(object message, Handler[] takers)
        {
            foreach (ref readonly var taker in takers.AsSpan())
                if (taker.Take(message))
                    return true;
            return false;
        }

        /// <summary>
        /// Which handlers may take a type is found out once, not with every message. An actor sees a handful of types: a walk over
        /// them in the order of their first coming is shorter than a dictionary's, whose parts lie scattered in memory.
        /// </summary>
        private Handler[] Learn(Type type)
        {
            _list.TrimExcess(); // nothing is declared any more, and a session has dozens of these lists
            Handler[] takers = [.. _list.Where(handler => handler.Of.IsAssignableFrom(type))];
            // Nearly always it is one, which then stands in the table itself.
            if (takers.Length > 0 && _known.Length < MostKnown)
                _known = [.. _known, (type, takers[0], takers[1..])];
            return takers;
        }
    }
}
