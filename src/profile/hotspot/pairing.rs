//! Whether a profile of one JDK fits images of a GraalVM: a byte code index of a JDK method means the same place only in the same
//! code of the JDK. Methods of the application are the same in any case.
