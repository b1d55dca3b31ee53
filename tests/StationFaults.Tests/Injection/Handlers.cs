using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>The message handlers of an assembly's actors, found by their registrations in the code.</summary>
internal static class Handlers
{
    private static readonly string[] Actors = ["ActorBase", "UntypedActor", "ReceiveActor"];

    private static readonly string[] Registrations = ["ReceiveActor.Receive", "ReceiveActor.ReceiveAny"];

    /// <summary>Handlers by method; the value names the actor, the registering method and the message type.</summary>
    public static IReadOnlyDictionary<MethodDefinition, string> Of(ModuleDefinition module) => Of(module, out _);

    /// <summary>The same; <paramref name="forwarding"/> receives the methods that register a handler passed to them.</summary>
    public static IReadOnlyDictionary<MethodDefinition, string> Of(ModuleDefinition module, out IReadOnlyList<string> forwarding)
    {
        Dictionary<MethodDefinition, string> handlers = [];
        List<string> without = [];
        foreach (var method in module.Types.Where(IsActor).SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            MethodDefinition? handler = null; // the last void method made a delegate since the previous registration
            foreach (var instruction in method.Body.Instructions)
            {
                if (instruction is { OpCode.Code: Code.Ldftn, Operand: MethodReference target }
                    && target.Resolve() is { ReturnType.MetadataType: MetadataType.Void } found) handler = found;
                if (instruction.Operand is not MethodReference call || !IsRegistration(instruction, call)) continue;
                if (handler is null) without.Add($"{method.DeclaringType.Name}.{method.Name}");
                else handlers.TryAdd(handler, $"{method.DeclaringType.Name}.{NameOf(method)}: {MessageOf(call)}");
                handler = null;
            }
        }
        forwarding = without;
        return handlers;
    }

    /// <summary>Whether the type derives from an Akka actor, directly or indirectly.</summary>
    public static bool IsActor(TypeDefinition type) =>
        type.BaseType is { } parent
        && ((parent.Namespace == "Akka.Actor" && Actors.Contains(parent.Name))
        || (parent.Scope == type.Module && IsActor(parent.Resolve())));

    private static bool IsRegistration(Instruction instruction, MethodReference call) =>
        instruction.OpCode.FlowControl == FlowControl.Call && Registrations.Contains($"{call.DeclaringType.Name}.{call.Name}")
        && call.Parameters.Count > 0;

    private static string NameOf(MethodDefinition method) => method.IsConstructor ? "new" : method.Name;

    private static string MessageOf(MethodReference call) => call is GenericInstanceMethod { GenericArguments: [var message] }
        ? message.DeclaringType is { } owner ? $"{owner.Name}.{message.Name}" : message.Name
        : call.Name;
}
