/* Runs the `main` of a native image that is a shared library, as the JDK's own launcher runs a class:
 *
 *     host LIBRARY MAIN-CLASS [VM OPTIONS] [ARGUMENTS]
 *
 * VM options are the leading arguments that begin with -X or -D, as an executable image takes them. A library installs no
 * signal handlers, so SIGTERM, SIGINT and SIGHUP are waited for here and end the program as they end an executable image:
 * System.exit(128 + signal), shutdown hooks included.
 *
 * Ends with the program's own exit code; 1 after an exception that nobody caught; 125 if the library could not be used.
 */
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNUSABLE = 125, CAUGHT = 128 };

typedef jint (*create_vm)(JavaVM **, void **, void *);

static JavaVM *vm;
static sigset_t ending;

static void unusable(const char *format, ...) {
    va_list words;
    va_start(words, format);
    fputs("host: ", stderr);
    vfprintf(stderr, format, words);
    fputc('\n', stderr);
    va_end(words);
    exit(UNUSABLE);
}

/* Waits for a signal that ends programs, and ends this one from inside. */
static void *wait_for_the_end(void *unused) {
    int signal_number;
    JNIEnv *env;
    (void)unused;
    if (sigwait(&ending, &signal_number) != 0 || (*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, NULL) != JNI_OK) {
        _Exit(UNUSABLE);
    }
    jclass system = (*env)->FindClass(env, "java/lang/System");
    jmethodID leave = system == NULL ? NULL : (*env)->GetStaticMethodID(env, system, "exit", "(I)V");
    if (leave != NULL) {
        (*env)->CallStaticVoidMethod(env, system, leave, CAUGHT + signal_number);
    }
    _Exit(CAUGHT + signal_number);
}

static int is_vm_option(const char *argument) {
    return strncmp(argument, "-X", 2) == 0 || strncmp(argument, "-D", 2) == 0;
}

static JNIEnv *start_vm(void *library, const char *path, char **options, int count) {
    create_vm create = (create_vm)dlsym(library, "JNI_CreateJavaVM");
    if (create == NULL) {
        unusable("%s has no JNI_CreateJavaVM", path);
    }
    JavaVMOption *known = calloc(count + 1, sizeof *known);
    for (int i = 0; i < count; i++) {
        known[i].optionString = options[i];
    }
    JavaVMInitArgs init = {.version = JNI_VERSION_10, .nOptions = count, .options = known, .ignoreUnrecognized = JNI_FALSE};
    JNIEnv *env;
    jint failed = create(&vm, (void **)&env, &init);
    if (failed != JNI_OK) {
        unusable("the virtual machine of %s did not start (JNI error %d)%s", path, failed, count > 0 ? ": does it know these options?" : "");
    }
    free(known);
    return env;
}

static jobjectArray strings(JNIEnv *env, char **words, int count) {
    jclass string = (*env)->FindClass(env, "java/lang/String");
    jobjectArray array = string == NULL ? NULL : (*env)->NewObjectArray(env, count, string, NULL);
    for (int i = 0; array != NULL && i < count; i++) {
        jstring word = (*env)->NewStringUTF(env, words[i]);
        (*env)->SetObjectArrayElement(env, array, i, word);
        (*env)->DeleteLocalRef(env, word);
    }
    return array;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        unusable("usage: host LIBRARY MAIN-CLASS [VM OPTIONS] [ARGUMENTS]");
    }
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGHUP);
    /* Every thread of the virtual machine inherits it. */
    pthread_sigmask(SIG_BLOCK, &ending, NULL);

    void *library = dlopen(argv[1], RTLD_NOW);
    if (library == NULL) {
        unusable("%s", dlerror());
    }
    int first = 3;
    while (first < argc && is_vm_option(argv[first])) {
        first++;
    }
    JNIEnv *env = start_vm(library, argv[1], argv + 3, first - 3);
    pthread_t waiting;
    if (pthread_create(&waiting, NULL, wait_for_the_end, NULL) != 0) {
        unusable("no thread can be started that waits for signals");
    }

    jclass program = (*env)->FindClass(env, argv[2]);
    jmethodID start = program == NULL ? NULL : (*env)->GetStaticMethodID(env, program, "main", "([Ljava/lang/String;)V");
    if (start == NULL) {
        (*env)->ExceptionDescribe(env);
        unusable("%s has no `static void main(String[])` of %s that can be reached", argv[1], argv[2]);
    }
    jobjectArray arguments = strings(env, argv + first, argc - first);
    int code = 0;
    if (arguments != NULL) {
        (*env)->CallStaticVoidMethod(env, program, start, arguments);
    }
    if ((*env)->ExceptionCheck(env)) {
        (*env)->ExceptionDescribe(env);
        code = 1;
    }
    /* Waits for the program's other threads. */
    (*vm)->DestroyJavaVM(vm);
    return code;
}
